// Convolutions of many channels with fewer multiplications: the minimal filtering of Winograd, for convolutions by
// Lavin and Gray ("Fast algorithms for convolutional neural networks", 2016).
//
// Of the two maps of a convolution the small one is the output of a plain convolution and the input of a transposed
// one. A value of it belongs to pixels of the large map through
//
//     large = step * (small + tap) + phase - padding,    kernel position = step * tap + phase
//
// in each direction. A step above one thus makes of one channel of the large map several, one for each pair of phases,
// which are convolved without a step. A tile of `tile` x `tile` values of the small map meets `points` x `points` of
// each such channel, where points = tile + taps - 1. Both are polynomials, taken at as many points (0, 1, -1, 2, -2 and
// infinity), and there a convolution is a product of numbers: for every point a matrix product over channels. With
//
//     B^T   from values of the large map to points       A    from values of the small map to points
//     G     from weights to points
//
// and their transposes back, the small map is A^T (U V), the large map the sum over tiles of B (U^T S), the gradient of
// the weights G^T (V S^T), where U = G w, V = B^T large and S = A small. A tile in a few columns of the batch is taken
// through all three steps while the second-level cache holds it.

enum { WINOGRAD_VECTORS = 2, WINOGRAD_COLUMNS = WINOGRAD_VECTORS * LANES, WINOGRAD_MOST = 6 };

// In one dimension. Values lie `from` apart, results `to` apart.

/// B^T: the `points` values of the large map.
ALWAYS_INLINE void points_of_large(const int points, const vec *d, const int from, vec *out, const int to) {
    const vec d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
    if (points == 4) {
        out[0] = d[0] - d2;
        out[to] = d1 + d2;
        out[2 * to] = d2 - d1;
        out[3 * to] = d3 - d1;
        return;
    }
    const vec d4 = d[4 * from];
    const vec even = d4 - 4 * d2, odd = d3 - 4 * d1, even2 = d4 - d2, odd2 = 2 * (d3 - d1);
    out[0] = 4 * d[0] + (d4 - 5 * d2);
    out[to] = even + odd;
    out[2 * to] = even - odd;
    out[3 * to] = even2 + odd2;
    out[4 * to] = even2 - odd2;
    out[5 * to] = 4 * d1 + (d[5 * from] - 5 * d3);
}

/// B: what a tile adds to the large map.
ALWAYS_INLINE void large_of_points(const int points, const vec *w, const int from, vec *out, const int to) {
    const vec sum = w[from] + w[2 * from], difference = w[from] - w[2 * from];
    if (points == 4) {
        const vec last = w[3 * from];
        out[0] = w[0];
        out[to] = difference - last;
        out[2 * to] = sum - w[0];
        out[3 * to] = last;
        return;
    }
    const vec sum2 = w[3 * from] + w[4 * from], difference2 = w[3 * from] - w[4 * from], last = w[5 * from];
    out[0] = 4 * w[0];
    out[to] = 4 * (last - difference) - 2 * difference2;
    out[2 * to] = -5 * w[0] - (4 * sum + sum2);
    out[3 * to] = (difference + 2 * difference2) - 5 * last;
    out[4 * to] = (w[0] + sum) + sum2;
    out[5 * to] = last;
}

/// The polynomial of `count` coefficients at the points: A, and G but for its factors.
ALWAYS_INLINE void points_of_coefficients(const int points, const int count, const vec *d, const int from, vec *out,
                                          const int to) {
    vec even = d[0], odd = d[from], even2 = even, odd2 = 2 * odd;
    UNROLL for (int k = 2; k < count; k++) {
        const real power = 1 << k;
        if (k % 2 == 0) {
            even += d[k * from];
            even2 += power * d[k * from];
        } else {
            odd += d[k * from];
            odd2 += power * d[k * from];
        }
    }
    out[0] = d[0];
    out[to] = even + odd;
    out[2 * to] = even - odd;
    if (points == 6) {
        out[3 * to] = even2 + odd2;
        out[4 * to] = even2 - odd2;
    }
    out[(points - 1) * to] = d[(count - 1) * from];
}

/// The transpose: A^T, and G^T but for its factors.
ALWAYS_INLINE void coefficients_of_points(const int points, const int count, const vec *w, const int from, vec *out,
                                          const int to) {
    const vec sum = w[from] + w[2 * from], difference = w[from] - w[2 * from];
    vec sum2 = {}, difference2 = {};
    if (points == 6) {
        sum2 = w[3 * from] + w[4 * from];
        difference2 = w[3 * from] - w[4 * from];
    }
    UNROLL for (int k = 0; k < count; k++) {
        const real power = 1 << k;
        vec value = k % 2 == 0 ? sum : difference;
        if (points == 6) value += power * (k % 2 == 0 ? sum2 : difference2);
        if (k == 0) value += w[0];
        if (k == count - 1) value += w[(points - 1) * from];
        out[k * to] = value;
    }
}

/// The factors of G at each point.
ALWAYS_INLINE real weight_factor(const int points, int point) {
    if (points == 4) return point == 1 || point == 2 ? (real)0.5 : 1;
    return point == 0 ? (real)0.25 : point <= 2 ? (real)(-1. / 6) : point <= 4 ? (real)(1. / 24) : 1;
}

// In two dimensions, of values in rows one after the other.

#define IN_TWO_DIMENSIONS(name, rows_in, rows_out, line)                                                               \
    ALWAYS_INLINE void name(const int points, const int count, const vec *in, vec *out) {                              \
        (void)count;                                                                                                   \
        vec half[WINOGRAD_MOST * WINOGRAD_MOST];                                                                       \
        UNROLL for (int x = 0; x < rows_in; x++) line(in + x, rows_in, half + x, rows_in);                             \
        UNROLL for (int y = 0; y < rows_out; y++) line(half + y * rows_in, 1, out + y * rows_out, 1);                  \
    }
#define LINE(in, from, out, to) points_of_large(points, in, from, out, to)
IN_TWO_DIMENSIONS(tile_points_of_large, points, points, LINE)
#undef LINE
#define LINE(in, from, out, to) large_of_points(points, in, from, out, to)
IN_TWO_DIMENSIONS(tile_large_of_points, points, points, LINE)
#undef LINE
#define LINE(in, from, out, to) points_of_coefficients(points, count, in, from, out, to)
IN_TWO_DIMENSIONS(tile_points_of_coefficients, count, points, LINE)
#undef LINE
#define LINE(in, from, out, to) coefficients_of_points(points, count, in, from, out, to)
IN_TWO_DIMENSIONS(tile_coefficients_of_points, points, count, LINE)
#undef LINE
#undef IN_TWO_DIMENSIONS

/// Runs `call(points, count)` with constants.
#define WITH_CONSTANTS(points, count, call)                                                                            \
    switch ((points) * 10 + (count)) {                                                                                 \
        case 42: call(4, 2); break;                                                                                    \
        case 43: call(4, 3); break;                                                                                    \
        case 62: call(6, 2); break;                                                                                    \
        case 63: call(6, 3); break;                                                                                    \
        case 64: call(6, 4); break;                                                                                    \
        case 65: call(6, 5); break;                                                                                    \
    }

/// The same where the count does not matter.
#define WITH_POINTS(points, call)                                                                                      \
    switch (points) {                                                                                                  \
        case 4: call(4, 0); break;                                                                                     \
        case 6: call(6, 0); break;                                                                                     \
    }

/// A convolution and the tile of it that is at hand.
typedef struct {
    const kernels_filtering *g;
    long taps, tile, tiles, squares, phases;
    /// Channels of the large map and phase, one number; channels of the small map.
    long large, small, large_map, small_map, stride;
    /// Of the tile in turn: where its values lie in a channel, by phases for the large map; -1 beyond its edges.
    long large_offset[WINOGRAD_MOST * WINOGRAD_MOST * 4], small_offset[WINOGRAD_MOST * WINOGRAD_MOST];
    /// Which values of the large map are those of earlier tiles, too.
    unsigned char is_covered[WINOGRAD_MOST * WINOGRAD_MOST];
} winograd;

static winograd winograd_of(const kernels_filtering *g, long stride) {
    winograd w = {.g = g, .taps = (g->kernel + g->step - 1) / g->step, .squares = g->points * g->points,
                  .phases = g->step * g->step, .small = g->small_channels, .large_map = g->large_side * g->large_side,
                  .small_map = g->small_side * g->small_side, .stride = stride};
    w.tile = g->points - w.taps + 1;
    w.tiles = (g->small_side + w.tile - 1) / w.tile;
    w.large = w.phases * g->large_channels;
    return w;
}

/// Finds the values of a tile, counted row by row.
static void enter_tile(winograd *w, long index) {
    const long ty = index / w->tiles, tx = index % w->tiles;
    const kernels_filtering *g = w->g;
    for (long y = 0; y < g->points; y++)
        for (long x = 0; x < g->points; x++) {
            const long at = y * g->points + x;
            w->is_covered[at] = (ty > 0 && y < g->points - w->tile) || (tx > 0 && x < g->points - w->tile);
            for (long phase = 0; phase < w->phases; phase++) {
                const long row = g->step * (ty * w->tile + y) + phase / g->step - g->padding;
                const long column = g->step * (tx * w->tile + x) + phase % g->step - g->padding;
                const int inside = row >= 0 && row < g->large_side && column >= 0 && column < g->large_side;
                w->large_offset[phase * w->squares + at] = inside ? (row * g->large_side + column) * w->stride : -1;
            }
        }
    for (long y = 0; y < w->tile; y++)
        for (long x = 0; x < w->tile; x++) {
            const long row = ty * w->tile + y, column = tx * w->tile + x;
            const int inside = row < g->small_side && column < g->small_side;
            w->small_offset[y * w->tile + x] = inside ? (row * g->small_side + column) * w->stride : -1;
        }
}

/// Values of a tile, with zeros beyond the edges.
ALWAYS_INLINE void load_tile(const real *map, const long *offset, const int count, vec *values) {
    UNROLL for (int k = 0; k < count; k++) values[k] = offset[k] >= 0 ? load(map + offset[k]) : (vec){};
}

/// A tile that is wanted soon, asked for while products run: its rows lie too far apart for the processor to guess.
typedef struct {
    const real *map;
    const long *offset;
    long map_step, channels, phases, values, vectors;
    /// What to ask for next: a channel's value, in all its vectors.
    long channel, phase, value;
} expectation;

ALWAYS_INLINE expectation expect_large(const winograd *w, const real *large, const int vectors) {
    return (expectation){large, w->large_offset, w->large_map * w->stride, w->g->large_channels, w->phases, w->squares,
                         vectors};
}

ALWAYS_INLINE expectation expect_small(const winograd *w, const real *small, const int vectors) {
    return (expectation){small, w->small_offset, w->small_map * w->stride, w->small, 1, w->tile * w->tile, vectors};
}

/// How many values to ask for at each of `times` times.
ALWAYS_INLINE long share_of(const expectation *e, long times) {
    return (e->channels * e->phases * e->values + times - 1) / times;
}

/// Asks for the next `count` values.
ALWAYS_INLINE void ask_for(expectation *e, long count, const int for_writing) {
    for (; count > 0 && e->phase < e->phases; count--) {
        const long offset = e->offset[e->phase * e->values + e->value];
        for (long v = 0; v < e->vectors && offset >= 0; v++) {
            const real *at = e->map + offset + v * LANES;
            // The hint is a constant of the language.
            if (for_writing)
                __builtin_prefetch(at, 1, 2);
            else
                __builtin_prefetch(at, 0, 2);
        }
        if (++e->value < e->values) continue;
        e->value = 0;
        e->map += e->map_step;
        if (++e->channel < e->channels) continue;
        e->channel = 0;
        e->map -= e->channels * e->map_step;
        e->phase++;
    }
}

/// V for all channels of the large map, `[point, channel, columns]`, points `step` apart.
ALWAYS_INLINE void large_to_points(const winograd *w, const int points, const int vectors, const real *large, long step,
                                   real *out) {
    // The second-level cache has not kept all that was asked for before: rows so far apart share few of its sets.
    expectation next = expect_large(w, large, vectors);
    ask_for(&next, w->squares, 0);
    for (long phase = 0; phase < w->phases; phase++)
        for (long channel = 0; channel < w->g->large_channels; channel++) {
            const real *map = large + channel * w->large_map * w->stride;
            ask_for(&next, w->squares, 0);
            for (int v = 0; v < vectors; v++) {
                vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
                load_tile(map + v * LANES, w->large_offset + phase * w->squares, points * points, values);
                tile_points_of_large(points, 0, values, result);
                UNROLL for (int p = 0; p < points * points; p++) store(out + p * step + v * LANES, result[p]);
            }
            out += vectors * LANES;
        }
}

/// S for all channels of the small map, likewise.
ALWAYS_INLINE void small_to_points(const winograd *w, const int points, const int tile, const int vectors,
                                   const real *small, long step, real *out) {
    for (long channel = 0; channel < w->small; channel++) {
        const real *map = small + channel * w->small_map * w->stride;
        for (int v = 0; v < vectors; v++) {
            vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
            load_tile(map + v * LANES, w->small_offset, tile * tile, values);
            tile_points_of_coefficients(points, tile, values, result);
            UNROLL for (int p = 0; p < points * points; p++) store(out + p * step + v * LANES, result[p]);
        }
        out += vectors * LANES;
    }
}

/// Writes the small map's values of a tile.
ALWAYS_INLINE void points_to_small(const winograd *w, const int points, const int tile, const int vectors,
                                   const real *in, long step, const real *bias, real *small) {
    for (long channel = 0; channel < w->small; channel++) {
        real *map = small + channel * w->small_map * w->stride;
        const vec offset = broadcast(bias ? bias[channel] : 0);
        for (int v = 0; v < vectors; v++) {
            vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
            UNROLL for (int p = 0; p < points * points; p++) values[p] = load(in + p * step + v * LANES);
            tile_coefficients_of_points(points, tile, values, result);
            UNROLL for (int k = 0; k < tile * tile; k++)
                if (w->small_offset[k] >= 0) store(map + w->small_offset[k] + v * LANES, result[k] + offset);
        }
        in += vectors * LANES;
    }
}

/// Adds a tile to the large map, or writes what no tile has written before.
ALWAYS_INLINE void points_to_large(const winograd *w, const int points, const int vectors, const real *in, long step,
                                   const real *bias, real *large) {
    for (long phase = 0; phase < w->phases; phase++)
        for (long channel = 0; channel < w->g->large_channels; channel++) {
            real *map = large + channel * w->large_map * w->stride;
            const vec first = broadcast(bias ? bias[channel] : 0);
            const long *offset = w->large_offset + phase * w->squares;
            for (int v = 0; v < vectors; v++) {
                vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
                UNROLL for (int p = 0; p < points * points; p++) values[p] = load(in + p * step + v * LANES);
                tile_large_of_points(points, 0, values, result);
                UNROLL for (int p = 0; p < points * points; p++) {
                    if (offset[p] < 0) continue;
                    real *to = map + offset[p] + v * LANES;
                    store(to, result[p] + (w->is_covered[p] ? load(to) : first));
                }
            }
            in += vectors * LANES;
        }
}

/// `[kernel position, small, large]` as stored to `[tap, ...]` in the order of a product's blocks, phases among the
/// channels; zeros where a phase has a tap less.
static void order_weights(const winograd *w, const real *weights, int to_small, real *out) {
    const kernels_filtering *g = w->g;
    const long kernel = g->kernel, count = w->large * w->small;
    for (long phase = 0; phase < w->phases; phase++)
        for (long tap = 0; tap < w->taps * w->taps; tap++) {
            const long y = tap / w->taps * g->step + phase / g->step, x = tap % w->taps * g->step + phase % g->step;
            const int exists = y < kernel && x < kernel;
            const real *from = weights + y * kernel + x;
            real *to = out + tap * count;
            const long outputs = to_small ? w->small : g->large_channels;
            const long inputs = to_small ? g->large_channels : w->small;
            const long output_step = (to_small ? g->large_channels : 1) * kernel * kernel;
            const long input_step = (to_small ? 1 : g->large_channels) * kernel * kernel;
            for (long block = 0; block < outputs; block += CHANNEL_BLOCK) {
                real *row = to_small ? to + (block * w->phases + phase * CHANNEL_BLOCK) * inputs
                                     : to + (phase * outputs + block) * inputs;
                for (long i = 0; i < inputs; i++)
                    for (long j = 0; j < CHANNEL_BLOCK; j++)
                        *row++ = exists ? from[(block + j) * output_step + i * input_step] : 0;
            }
        }
}

ALWAYS_INLINE void weights_to_points(const int points, const int taps, const real *ordered, long count, real *out) {
    for (long at = 0; at < count; at += LANES) {
        vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
        UNROLL for (int k = 0; k < taps * taps; k++) values[k] = load(ordered + k * count + at);
        tile_points_of_coefficients(points, taps, values, result);
        UNROLL for (int p = 0; p < points * points; p++)
            store(out + p * count + at,
                  weight_factor(points, p / points) * weight_factor(points, p % points) * result[p]);
    }
}

/// U in `out`, ordered for products with the large map's channels as inputs or as outputs.
static void transform_weights(const winograd *w, const real *weights, int to_small, real *ordered, real *out) {
    order_weights(w, weights, to_small, ordered);
#define CALL(points, taps) weights_to_points(points, taps, ordered, w->large * w->small, out)
    WITH_CONSTANTS(w->g->points, w->taps, CALL)
#undef CALL
}

/// A block of outputs of one point.
ALWAYS_INLINE void winograd_block(const int vectors, const real *weights, const real *x, long inputs, real *out) {
    vec sums[CHANNEL_BLOCK * WINOGRAD_VECTORS];
    UNROLL for (int s = 0; s < CHANNEL_BLOCK * vectors; s++) sums[s] = (vec){};
    add_product(CHANNEL_BLOCK, vectors, weights, 1, CHANNEL_BLOCK, x, vectors * LANES, inputs, sums);
    UNROLL for (int s = 0; s < CHANNEL_BLOCK * vectors; s++) store(out + s * LANES, sums[s]);
}

/// The products of all points, and meanwhile the tiles that are read and written next.
ALWAYS_INLINE void winograd_products(const winograd *w, const int vectors, const real *weights, const real *x,
                                     long inputs, long input_step, long outputs, long output_step, real *out,
                                     expectation *read, expectation *written) {
    const long blocks = w->squares * (outputs / CHANNEL_BLOCK);
    const long reads = share_of(read, blocks), writes = share_of(written, blocks);
    for (long point = 0; point < w->squares; point++)
        for (long o = 0; o < outputs; o += CHANNEL_BLOCK) {
            ask_for(read, reads, 0);
            ask_for(written, writes, 1);
            winograd_block(vectors, weights + (point * outputs + o) * inputs, x + point * input_step, inputs,
                           out + point * output_step + o * vectors * LANES);
        }
}

/// From a point to the next: a few cache lines more than the channels take, so that points do not fall into one set.
ALWAYS_INLINE long point_step(long channels, const int vectors) { return (channels + 1) * vectors * LANES; }

/// Columns that are taken one block after the other: slices of `slice` columns, `step` apart.
typedef struct {
    long first, slice, step, end;
} column_range;

/// How many vectors the block at a column has: two, or one at the end of a slice.
ALWAYS_INLINE int block_vectors(const column_range *range, long column) {
    const long start = column - (column - range->first) % range->step;
    const long end = start + range->slice < range->end ? start + range->slice : range->end;
    return column + WINOGRAD_COLUMNS <= end ? WINOGRAD_VECTORS : 1;
}

/// The column of the next block; `end` or beyond if there is none.
ALWAYS_INLINE long next_block(const column_range *range, long column) {
    const long next = column + block_vectors(range, column) * LANES;
    return (next - range->first) % range->step == range->slice ? next + range->step - range->slice : next;
}

/// Calls `call(vectors, column, next_tile, next_column)` for every block of columns of every tile of `w`, the present
/// one in `now`; next is what follows it.
#define FOR_EACH_BLOCK(w, range, call)                                                                                 \
    winograd now, following = *(w);                                                                                    \
    enter_tile(&following, 0);                                                                                         \
    for (long index = 0; index < (w)->tiles * (w)->tiles; index++) {                                                   \
        now = following;                                                                                               \
        enter_tile(&following, index + 1);                                                                             \
        for (long column = (range).first, next; column < (range).end; column = next) {                                 \
            next = next_block(&(range), column);                                                                       \
            const int is_last = next >= (range).end;                                                                   \
            const winograd *next_tile = is_last ? &following : &now;                                                   \
            const long next_column = is_last ? (range).first : next;                                                   \
            if (block_vectors(&(range), column) == WINOGRAD_VECTORS)                                                   \
                call(WINOGRAD_VECTORS, column, next_tile, next_column);                                                \
            else                                                                                                       \
                call(1, column, next_tile, next_column);                                                               \
        }                                                                                                              \
    }

/// A tile in some columns, from one map to the other; `next` and `next_from` are the tile and the columns that follow.
ALWAYS_INLINE void winograd_tile(const winograd *w, const int to_small, const int vectors, const real *weights,
                                 const real *bias, const real *from, real *to, const winograd *next,
                                 const real *next_from, real *scratch) {
    const long inputs = to_small ? w->large : w->small, outputs = to_small ? w->small : w->large;
    const long input_step = point_step(inputs, vectors), output_step = point_step(outputs, vectors);
    real *in = scratch, *out = in + w->squares * input_step;
#define LARGE_TO_POINTS(points, tile) large_to_points(w, points, vectors, from, input_step, in)
#define SMALL_TO_POINTS(points, tile) small_to_points(w, points, tile, vectors, from, input_step, in)
#define POINTS_TO_LARGE(points, tile) points_to_large(w, points, vectors, out, output_step, bias, to)
#define POINTS_TO_SMALL(points, tile) points_to_small(w, points, tile, vectors, out, output_step, bias, to)
    if (to_small)
        WITH_POINTS(w->g->points, LARGE_TO_POINTS)
    else
        WITH_CONSTANTS(w->g->points, w->tile, SMALL_TO_POINTS)
    expectation read = to_small ? expect_large(next, next_from, vectors) : expect_small(next, next_from, vectors);
    expectation written = to_small ? expect_small(w, to, vectors) : expect_large(w, to, vectors);
    winograd_products(w, vectors, weights, in, inputs, input_step, outputs, output_step, out, &read, &written);
    if (to_small)
        WITH_CONSTANTS(w->g->points, w->tile, POINTS_TO_SMALL)
    else
        WITH_POINTS(w->g->points, POINTS_TO_LARGE)
}

ALWAYS_INLINE void winograd_tiles(const winograd *w, const int to_small, const real *weights, const real *bias,
                                  const real *from, real *to, real *scratch) {
    real *transformed = scratch + w->taps * w->taps * w->large * w->small;
    real *rest = transformed + w->squares * w->large * w->small;
    transform_weights(w, weights, to_small, scratch, transformed);
    const column_range all = {0, w->stride, w->stride, w->stride};
#define CALL(vectors, column, next_tile, next_column)                                                                  \
    winograd_tile(&now, to_small, vectors, transformed, bias, from + column, to + column, next_tile,                   \
                  from + next_column, rest)
    FOR_EACH_BLOCK(w, all, CALL)
#undef CALL
}

/// Pixels that no tile reaches: those of an output padding.
static void fill_beyond_tiles(const winograd *w, const real *bias, real *large) {
    const kernels_filtering *g = w->g;
    const long reached = g->step * (w->tiles * w->tile + w->taps - 1) - g->padding;
    for (long channel = 0; channel < g->large_channels && reached < g->large_side; channel++)
        for (long pixel = 0; pixel < w->large_map; pixel++) {
            if (pixel / g->large_side < reached && pixel % g->large_side < reached) continue;
            real *row = large + (channel * w->large_map + pixel) * w->stride;
            for (long c = 0; c < w->stride; c += LANES) store(row + c, broadcast(bias ? bias[channel] : 0));
        }
}

void KERNEL(winograd_to_small)(kernels_filtering geometry, const real *weights, const real *bias,
                               const real *large, real *small, long stride, real *scratch) {
    winograd w = winograd_of(&geometry, stride);
    winograd_tiles(&w, 1, weights, bias, large, small, scratch);
}

void KERNEL(winograd_to_large)(kernels_filtering geometry, const real *weights, const real *bias,
                               const real *small, real *large, long stride, real *scratch) {
    winograd w = winograd_of(&geometry, stride);
    fill_beyond_tiles(&w, bias, large);
    winograd_tiles(&w, 0, weights, bias, small, large, scratch);
}

// The gradient of the weights sums over tiles and samples. With the samples of the small map turned into rows of
// channels, a row is multiplied by one number for each channel of the large map.

/// The small map's values of a tile as rows of channels, `[pixel, column, channel]`.
static void small_rows(const winograd *w, const real *small, long columns, real *rows) {
    for (long k = 0; k < w->tile * w->tile; k++, rows += columns * w->small) {
        if (w->small_offset[k] >= 0)
            transpose_rows(small + w->small_offset[k], w->small, columns, w->small_map * w->stride, rows, w->small);
        else
            memset(rows, 0, (size_t)(columns * w->small) * sizeof(real));
    }
}

/// S in rows of channels, `[point, column, channel]`.
ALWAYS_INLINE void rows_to_points(const int points, const int tile, const real *rows, long count, long step,
                                  real *out) {
    for (long at = 0; at < count; at += LANES) {
        vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
        UNROLL for (int k = 0; k < tile * tile; k++) values[k] = load(rows + k * count + at);
        tile_points_of_coefficients(points, tile, values, result);
        UNROLL for (int p = 0; p < points * points; p++) store(out + p * step + at, result[p]);
    }
}

/// `sums[l, s] += Σ over columns of large[l] * small[s]`: a block of the large map's channels by vectors of the small's.
ALWAYS_INLINE void winograd_gradient_block(const int vectors, const real *large, long columns, const real *rows,
                                           long channels, real *sums) {
    vec parts[CHANNEL_BLOCK * WINOGRAD_VECTORS];
    UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++)
        UNROLL for (int v = 0; v < vectors; v++) parts[j * vectors + v] = load(sums + j * channels + v * LANES);
    add_product(CHANNEL_BLOCK, vectors, large, columns, 1, rows, channels, columns, parts);
    UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++)
        UNROLL for (int v = 0; v < vectors; v++) store(sums + j * channels + v * LANES, parts[j * vectors + v]);
}

/// Adds a tile in some columns to one partial sum, `[point, large, small]`.
ALWAYS_INLINE void add_winograd_gradient(const winograd *w, const int vectors, const real *large, const real *small,
                                         const winograd *next, const real *next_large, const real *next_small,
                                         real *scratch, real *sums) {
    const long columns = vectors * LANES, large_step = point_step(w->large, vectors);
    const long small_step = point_step(w->small, vectors);
    real *rows = scratch, *at_small = rows + w->tile * w->tile * w->small * columns;
    real *at_large = at_small + w->squares * small_step;
    small_rows(w, small, columns, rows);
#define ROWS_TO_POINTS(points, tile) rows_to_points(points, tile, rows, w->small * columns, small_step, at_small)
#define ALL_TO_POINTS(points, tile) large_to_points(w, points, vectors, large, large_step, at_large)
    WITH_CONSTANTS(w->g->points, w->tile, ROWS_TO_POINTS)
    WITH_POINTS(w->g->points, ALL_TO_POINTS)
    expectation expected_large = expect_large(next, next_large, vectors);
    expectation expected_small = expect_small(next, next_small, vectors);
    const long blocks = w->squares * (w->large / CHANNEL_BLOCK);
    const long large_share = share_of(&expected_large, blocks), small_share = share_of(&expected_small, blocks);
    for (long point = 0; point < w->squares; point++)
        for (long l = 0; l < w->large; l += CHANNEL_BLOCK) {
            ask_for(&expected_large, large_share, 0);
            ask_for(&expected_small, small_share, 0);
            real *to = sums + (point * w->large + l) * w->small;
            const real *from = at_large + point * large_step + l * columns, *row = at_small + point * small_step;
            long s = 0;
            for (; s + 2 * LANES <= w->small; s += 2 * LANES)
                winograd_gradient_block(2, from, columns, row + s, w->small, to + s);
            for (; s < w->small; s += LANES) winograd_gradient_block(1, from, columns, row + s, w->small, to + s);
        }
}

/// From sums at points to those of weights, `[tap, large, small]`.
ALWAYS_INLINE void points_to_weights(const int points, const int taps, const real *sums, long count, real *out) {
    for (long at = 0; at < count; at += LANES) {
        vec values[WINOGRAD_MOST * WINOGRAD_MOST], result[WINOGRAD_MOST * WINOGRAD_MOST];
        UNROLL for (int p = 0; p < points * points; p++)
            values[p] = weight_factor(points, p / points) * weight_factor(points, p % points) *
                        load(sums + p * count + at);
        tile_coefficients_of_points(points, taps, values, result);
        UNROLL for (int k = 0; k < taps * taps; k++) store(out + k * count + at, result[k]);
    }
}

void KERNEL(winograd_weight_gradient)(kernels_filtering geometry, const real *large, const real *small,
                                      long slice, long stride, real *scratch, real *gradient) {
    winograd w = winograd_of(&geometry, stride);
    const long count = w.large * w.small, kernel = geometry.kernel;
    const long partial_step = w.taps * w.taps * count;
    real *partials = scratch, *sums = partials + PARTIALS * partial_step, *rest = sums + w.squares * count;
    memset(partials, 0, (size_t)(PARTIALS * partial_step) * sizeof(real));
    // Each partial sum goes back to weights by itself: ranks that hold one of them add gradients.
    for (long partial = 0; partial < partial_count(stride, slice); partial++) {
        memset(sums, 0, (size_t)(w.squares * count) * sizeof(real));
        const column_range range = {partial * slice, slice, PARTIALS * slice, stride};
#define CALL(vectors, column, next_tile, next_column)                                                                  \
    add_winograd_gradient(&now, vectors, large + column, small + column, next_tile, large + next_column,               \
                          small + next_column, rest, sums)
        FOR_EACH_BLOCK(&w, range, CALL)
#undef CALL
        real *to = partials + partial * partial_step;
#define CALL(points, taps) points_to_weights(points, taps, sums, count, to)
        WITH_CONSTANTS(geometry.points, w.taps, CALL)
#undef CALL
    }
    for (long y = 0; y < kernel; y++)
        for (long x = 0; x < kernel; x++) {
            const long phase = y % geometry.step * geometry.step + x % geometry.step;
            const long tap = y / geometry.step * w.taps + x / geometry.step;
            for (long l = 0; l < geometry.large_channels; l++) {
                const real *from = partials + tap * count + (phase * geometry.large_channels + l) * w.small;
                for (long s = 0; s < w.small; s++)
                    gradient[((s * geometry.large_channels + l) * kernel + y) * kernel + x] =
                        (from[s] + from[partial_step + s]) + (from[2 * partial_step + s] + from[3 * partial_step + s]);
            }
        }
}

#undef WITH_CONSTANTS
#undef WITH_POINTS
#undef FOR_EACH_BLOCK
