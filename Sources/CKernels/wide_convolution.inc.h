// Convolutions of many channels. Two neighbouring channels of a map lie a power of two apart, so that all channels of
// a pixel would fall into one set of the caches. Here a few columns of the maps are therefore copied, pixel after pixel
// with its channels together, into a ring that holds no more pixels than neighbouring outputs reach: it stays in the
// second-level cache. Results are those of convolution.inc.h.

enum { WIDE_VECTORS = 2, WIDE_COLUMNS = WIDE_VECTORS * LANES };

/// From `[positions, inputs, outputs]` to `[output blocks, positions, inputs, CHANNEL_BLOCK]`.
static void block_weights(const real *packed, long positions, long inputs, long outputs, real *blocked) {
    for (long o = 0; o < outputs; o += CHANNEL_BLOCK)
        for (long row = 0; row < positions * inputs; row++)
            for (long j = 0; j < CHANNEL_BLOCK; j++) *blocked++ = packed[row * outputs + o + j];
}

/// The channels of one pixel in `vectors` vectors of columns, one behind the other.
ALWAYS_INLINE void copy_pixel(const int vectors, const real *input, long channels, long map, real *out) {
    for (long i = 0; i < channels; i++) {
        UNROLL for (int v = 0; v < vectors; v++) store(out + v * LANES, load(input + v * LANES));
        input += map;
        out += vectors * LANES;
    }
}

typedef struct {
    const int32_t *tap_start, *tap_input, *tap_position;
    long tile, ring, input_pixels, output_pixels, positions, inputs, outputs;
    const real *weights, *bias, *input;
    real *output, *pixels;
    long stride;
} wide_convolution;

/// A block of outputs of one pixel.
ALWAYS_INLINE void wide_block(const wide_convolution *c, const int vectors, long pixel, long o, long column) {
    vec sums[CHANNEL_BLOCK * WIDE_VECTORS];
    UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++)
        UNROLL for (int v = 0; v < vectors; v++) sums[j * vectors + v] = broadcast(c->bias ? c->bias[o + j] : 0);
    const long step = vectors * LANES;
    const real *weights = c->weights + o * c->positions * c->inputs;
    for (long tap = c->tap_start[pixel]; tap < c->tap_start[pixel + 1]; tap++) {
        const real *x = c->pixels + (c->tap_input[tap] & (c->ring - 1)) * c->inputs * step;
        const real *w = weights + c->tap_position[tap] * c->inputs * CHANNEL_BLOCK;
        for (long i = 0; i < c->inputs; i++) {
            vec values[WIDE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) values[v] = load(x + v * LANES);
            UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++) {
                vec weight = broadcast(w[j]);
                UNROLL for (int v = 0; v < vectors; v++) sums[j * vectors + v] += weight * values[v];
            }
            x += step;
            w += CHANNEL_BLOCK;
        }
    }
    UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++)
        UNROLL for (int v = 0; v < vectors; v++)
            store(c->output + ((o + j) * c->output_pixels + pixel) * c->stride + column + v * LANES,
                  sums[j * vectors + v]);
}

ALWAYS_INLINE void wide_columns(const wide_convolution *c, const int vectors, long column) {
    long copied = 0;
    for (long first = 0; first < c->output_pixels; first += c->tile) {
        const long last = first + c->tile < c->output_pixels ? first + c->tile : c->output_pixels;
        long reached = 0;
        for (long tap = c->tap_start[first]; tap < c->tap_start[last]; tap++)
            if (c->tap_input[tap] >= reached) reached = c->tap_input[tap] + 1;
        for (; copied < reached; copied++)
            copy_pixel(vectors, c->input + copied * c->stride + column, c->inputs, c->input_pixels * c->stride,
                       c->pixels + (copied & (c->ring - 1)) * c->inputs * vectors * LANES);
        for (long o = 0; o < c->outputs; o += CHANNEL_BLOCK)
            for (long pixel = first; pixel < last; pixel++) wide_block(c, vectors, pixel, o, column);
    }
}

void KERNEL(convolve_wide)(const int32_t *tap_start, const int32_t *tap_input, const int32_t *tap_position,
                           long tile, long ring, long input_pixels, long output_pixels, long positions,
                           const real *weights, const real *bias, long inputs, long outputs, const real *input,
                           real *output, long stride, real *scratch) {
    block_weights(weights, positions, inputs, outputs, scratch);
    const wide_convolution fields = {tap_start, tap_input, tap_position, tile, ring, input_pixels, output_pixels,
                                     positions, inputs, outputs, scratch, bias, input, output,
                                     scratch + positions * inputs * outputs, stride};
    long column = 0;
    for (; column + WIDE_COLUMNS <= stride; column += WIDE_COLUMNS) wide_columns(&fields, WIDE_VECTORS, column);
    for (; column < stride; column += LANES) wide_columns(&fields, 1, column);
}

// The gradient of the weights is a sum over pixels and samples of products of an input value and an output's gradient.
// With the input's samples turned into rows of channels, a row is multiplied by one number for each output: sums of a
// block of outputs by two vectors of inputs stay in registers over all pixels of a tile.

enum { WIDE_TILE = 64, WIDE_POSITIONS = 25 };

/// Pairs of an input pixel and an output pixel of a tile that one kernel position joins.
typedef struct {
    long pairs[WIDE_TILE][2];
    long count;
} wide_pairs;

/// `sums[o, i] += Σ over pairs of pixels and columns of dy[o] * x[i]`.
ALWAYS_INLINE void wide_gradient_block(const int vectors, const wide_pairs *pairs, const real *x, long inputs, long ring,
                                       const real *dy, long outputs, long columns, real *sums) {
    vec parts[CHANNEL_BLOCK * WIDE_VECTORS];
    UNROLL for (int s = 0; s < CHANNEL_BLOCK * vectors; s++) parts[s] = (vec){};
    for (long p = 0; p < pairs->count; p++) {
        const real *row = x + (pairs->pairs[p][0] & (ring - 1)) * WIDE_COLUMNS * inputs;
        const real *d = dy + pairs->pairs[p][1] * outputs * WIDE_COLUMNS;
        for (long c = 0; c < columns; c++) {
            vec values[WIDE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) values[v] = load(row + v * LANES);
            UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++) {
                vec weight = broadcast(d[j * WIDE_COLUMNS]);
                UNROLL for (int v = 0; v < vectors; v++) parts[j * vectors + v] += weight * values[v];
            }
            row += inputs;
            d++;
        }
    }
    UNROLL for (int j = 0; j < CHANNEL_BLOCK; j++)
        UNROLL for (int v = 0; v < vectors; v++) {
            real *to = sums + j * inputs + v * LANES;
            store(to, load(to) + parts[j * vectors + v]);
        }
}

void KERNEL(wide_weight_gradient)(const int32_t *tap_start, const int32_t *tap_input, const int32_t *tap_position,
                                  long tile, long ring, long input_pixels, long output_pixels, long positions,
                                  long inputs, long outputs, long input_step, long output_step, const real *input,
                                  const real *dy, long slice, long stride, real *scratch, real *gradient) {
    const long count = positions * outputs * inputs;
    real *sums = scratch, *rows = sums + STRANDS * count, *gradients = rows + ring * inputs * WIDE_COLUMNS;
    memset(sums, 0, (size_t)(STRANDS * count) * sizeof(real));
    for (long start = 0, strand = 0; start < stride; start += slice, strand = (strand + 1) % STRANDS) {
        const long end = start + slice < stride ? start + slice : stride;
        for (long column = start; column < end; column += WIDE_COLUMNS) {
            const long columns = column + WIDE_COLUMNS < end ? WIDE_COLUMNS : end - column;
            long copied = 0;
            for (long first = 0; first < output_pixels; first += tile) {
                const long last = first + tile < output_pixels ? first + tile : output_pixels;
                wide_pairs pairs[WIDE_POSITIONS];
                for (long k = 0; k < positions; k++) pairs[k].count = 0;
                for (long pixel = first; pixel < last; pixel++) {
                    for (long tap = tap_start[pixel]; tap < tap_start[pixel + 1]; tap++) {
                        wide_pairs *list = &pairs[tap_position[tap]];
                        list->pairs[list->count][0] = tap_input[tap];
                        list->pairs[list->count++][1] = pixel - first;
                        for (; copied <= tap_input[tap]; copied++)
                            transpose_rows(input + copied * stride + column, inputs, columns, input_pixels * stride,
                                           rows + (copied & (ring - 1)) * WIDE_COLUMNS * inputs, inputs);
                    }
                    real *to = gradients + (pixel - first) * outputs * WIDE_COLUMNS;
                    for (long o = 0; o < outputs; o++)
                        for (long c = 0; c < columns; c += LANES)
                            store(to + o * WIDE_COLUMNS + c, load(dy + (o * output_pixels + pixel) * stride + column + c));
                }
                for (long k = 0; k < positions; k++) {
                    if (pairs[k].count == 0) continue;
                    for (long o = 0; o < outputs; o += CHANNEL_BLOCK) {
                        real *to = sums + ((strand * positions + k) * outputs + o) * inputs;
                        const real *d = gradients + o * WIDE_COLUMNS;
                        long i = 0;
                        for (; i + WIDE_VECTORS * LANES <= inputs; i += WIDE_VECTORS * LANES)
                            wide_gradient_block(WIDE_VECTORS, &pairs[k], rows + i, inputs, ring, d, outputs, columns, to + i);
                        for (; i < inputs; i += LANES)
                            wide_gradient_block(1, &pairs[k], rows + i, inputs, ring, d, outputs, columns, to + i);
                    }
                }
            }
        }
    }
    for (long k = 0; k < positions; k++)
        for (long o = 0; o < outputs; o++)
            for (long i = 0; i < inputs; i++) {
                const real *sum = sums + (k * outputs + o) * inputs + i;
                gradient[o * output_step + i * input_step + k] =
                    (sum[0] + sum[count]) + (sum[2 * count] + sum[3 * count]);
            }
}
