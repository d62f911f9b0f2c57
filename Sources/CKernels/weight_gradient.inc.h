// Sums over the batch of products of input rows and output-gradient rows, one pair of rows for each tap and pair of
// channels. One side is fixed: the channels of one pixel, which stay in the first-level cache. The other side is a
// list of rows: every channel of every pixel that the fixed pixel shares a tap with. The list is long enough to fill
// register blocks even where the listed side has a single channel. Between visits the sums rest in `scratch` as
// whole vectors, whose lanes are added at the end.

enum { GRADIENT_FIXED = 4, GRADIENT_LISTED = 4, GRADIENT_CACHE_BYTES = 36864 };

/// A listed row, and the sums of its products with the fixed rows.
typedef struct {
    const real *row;
    real *sums;
} listed_row;

/// Adds the products of `fixed` by `listed` rows over `columns` to their sums.
ALWAYS_INLINE void add_products(const int fixed, const int listed, const real *rows, long row_step,
                                const listed_row *list, long sum_step, long columns) {
    vec sums[GRADIENT_FIXED * GRADIENT_LISTED];
    UNROLL for (int i = 0; i < fixed; i++)
        UNROLL for (int j = 0; j < listed; j++) sums[i * listed + j] = load(list[j].sums + i * sum_step);
    for (long column = 0; column < columns; column += LANES) {
        vec values[GRADIENT_FIXED];
        UNROLL for (int i = 0; i < fixed; i++) values[i] = load(rows + i * row_step + column);
        UNROLL for (int j = 0; j < listed; j++) {
            vec other = load(list[j].row + column);
            UNROLL for (int i = 0; i < fixed; i++) sums[i * listed + j] += values[i] * other;
        }
    }
    UNROLL for (int i = 0; i < fixed; i++)
        UNROLL for (int j = 0; j < listed; j++) store(list[j].sums + i * sum_step, sums[i * listed + j]);
}

/// As `add_products`, for any number of fixed rows.
ALWAYS_INLINE void add_all_products(const int listed, long fixed, const real *rows, long row_step,
                                    const listed_row *list, long sum_step, long columns) {
    long i = 0;
    for (; i + GRADIENT_FIXED <= fixed; i += GRADIENT_FIXED) {
        listed_row moved[GRADIENT_LISTED];
        UNROLL for (int j = 0; j < listed; j++) moved[j] = (listed_row){list[j].row, list[j].sums + i * sum_step};
        add_products(GRADIENT_FIXED, listed, rows + i * row_step, row_step, moved, sum_step, columns);
    }
    for (; i < fixed; i++) {
        listed_row moved[GRADIENT_LISTED];
        UNROLL for (int j = 0; j < listed; j++) moved[j] = (listed_row){list[j].row, list[j].sums + i * sum_step};
        add_products(1, listed, rows + i * row_step, row_step, moved, sum_step, columns);
    }
}

/// Cuts `a` and `b` into runs of `2 * width` lanes and adds the second half of each run to its first.
ALWAYS_INLINE vec fold_lanes(vec a, vec b, const int width) {
    vec first, second;
    UNROLL for (int lane = 0; lane < LANES; lane++) {
        int from = lane / width * 2 * width + lane % width;
        first[lane] = from < LANES ? a[from] : b[from - LANES];
        second[lane] = from + width < LANES ? a[from + width] : b[from + width - LANES];
    }
    return first + second;
}

/// Adds up the lanes of each of `count` vectors: a transposition that halves the vectors at every step.
static void reduce_lanes(const real *vectors, long count, real *out) {
    long k = 0;
    for (; k + LANES <= count; k += LANES) {
        vec v[LANES];
        UNROLL for (int j = 0; j < LANES; j++) v[j] = load(vectors + (k + j) * LANES);
        UNROLL for (int width = LANES / 2; width > 0; width /= 2)
            UNROLL for (int j = 0; j < width; j++) v[j] = fold_lanes(v[2 * j], v[2 * j + 1], width);
        *(vec_unaligned *)(out + k) = v[0];
    }
    for (; k < count; k++) {
        real sum = 0;
        for (int lane = 0; lane < LANES; lane++) sum += vectors[k * LANES + lane];
        out[k] = sum;
    }
}

long KERNEL(weight_gradient_scratch)(long positions, long input_channels, long output_channels) {
    return positions * input_channels * output_channels * LANES;
}

void KERNEL(convolution_weight_gradient)(const int32_t *tap_start, const int32_t *tap_other,
                                         const int32_t *tap_position, long positions, long fixed_pixels,
                                         long listed_pixels, long fixed_channels, long listed_channels,
                                         int fixed_is_input, const real *fixed, const real *listed, long batch,
                                         long stride, real *scratch, real *packed) {
    const long sums = positions * fixed_channels * listed_channels;
    const long fixed_step = fixed_pixels * stride, listed_step = listed_pixels * stride;
    const long fixed_sum_step = (fixed_is_input ? listed_channels : 1) * LANES;
    const long listed_sum_step = (fixed_is_input ? 1 : fixed_channels) * LANES;
    const long position_step = fixed_channels * listed_channels * LANES;
    memset(scratch, 0, (size_t)(sums * LANES) * sizeof(real));

    long columns = batch;
    while (columns % (2 * LANES) == 0 && columns * fixed_channels * REAL_BYTES > GRADIENT_CACHE_BYTES) columns /= 2;

    for (long pixel = 0; pixel < fixed_pixels; pixel++) {
        for (long column = 0; column < batch; column += columns) {
            const real *rows = fixed + pixel * stride + column;
            listed_row list[GRADIENT_LISTED];
            int held = 0;
            for (long tap = tap_start[pixel]; tap < tap_start[pixel + 1]; tap++) {
                for (long channel = 0; channel < listed_channels; channel++) {
                    list[held].row = listed + channel * listed_step + tap_other[tap] * stride + column;
                    list[held].sums = scratch + tap_position[tap] * position_step + channel * listed_sum_step;
                    if (++held < GRADIENT_LISTED) continue;
                    add_all_products(GRADIENT_LISTED, fixed_channels, rows, fixed_step, list, fixed_sum_step, columns);
                    held = 0;
                }
            }
            for (int j = 0; j < held; j++)
                add_all_products(1, fixed_channels, rows, fixed_step, list + j, fixed_sum_step, columns);
        }
    }
    reduce_lanes(scratch, sums, packed);
}
