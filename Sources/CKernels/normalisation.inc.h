// Batch normalisation fused with leaky ReLU. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

void KERNEL(batch_moments)(const real *x, long channels, long pixels, long columns, long slice, long stride,
                           double *moments) {
    const long count = strand_count(stride, slice);
    for (long first = 0; first < channels; first += ROWS) {
        const long held = channels - first < ROWS ? channels - first : ROWS;
        // In double from the first term on: Σ x² may lose half its digits to the mean without harm.
        vec_double sums[STRANDS][ROWS], squares[STRANDS][ROWS];
        memset(sums, 0, (size_t)count * sizeof(sums[0]));
        memset(squares, 0, (size_t)count * sizeof(squares[0]));
        for (long channel = 0; channel < held; channel++) {
            for (long pixel = 0; pixel < pixels; pixel++) {
                const real *row = x + ((first + channel) * pixels + pixel) * stride;
                for (long start = 0, s = 0; start < columns; start += slice, s = (s + 1) % STRANDS) {
                    const long end = start + slice < columns ? start + slice : columns;
                    vec_double sum = sums[s][channel], square = squares[s][channel];
                    for (long c = start; c < end; c += LANES) {
                        vec value = load(row + c);
                        if (c + LANES > columns) value = keep_lanes(value, columns - c);
                        vec_double wide = widen(value);
                        sum += wide;
                        square += wide * wide;
                    }
                    sums[s][channel] = sum;
                    squares[s][channel] = square;
                }
            }
        }
        vec_rows lanes[STRANDS];
        add_lanes_of_strands(sums, count, (vec_rows){} + 1, lanes);
        const vec_rows sum = add_sums_wide(lanes);
        add_lanes_of_strands(squares, count, (vec_rows){} + 1, lanes);
        const vec_rows square = add_sums_wide(lanes);
        for (long channel = 0; channel < held; channel++) {
            moments[2 * (first + channel)] = sum[channel];
            moments[2 * (first + channel) + 1] = square[channel];
        }
    }
}

/// What normalising and rescaling a channel comes to: `factor * x + offset`.
typedef struct {
    real factor, offset;
} affine;

ALWAYS_INLINE affine channel_affine(long channel, const real *mean, const real *inverse_deviation, const real *scale,
                                    const real *shift) {
    real factor = scale[channel] * inverse_deviation[channel];
    return (affine){factor, shift[channel] - mean[channel] * factor};
}

void KERNEL(normalise)(const real *x, long channels, long pixels, long stride, const real *mean,
                       const real *inverse_deviation, const real *scale, const real *shift, real slope, real *y) {
    long length = pixels * stride;
    for (long channel = 0; channel < channels; channel++) {
        affine a = channel_affine(channel, mean, inverse_deviation, scale, shift);
        const real *from = x + channel * length;
        real *to = y + channel * length;
        for (long i = 0; i < length; i += LANES)
            store(to + i, leaky(a.factor * load(from + i) + a.offset, broadcast(slope)));
    }
}

/// The gradient before the leaky ReLU, whose argument is computed again: that costs less than reading its result.
ALWAYS_INLINE vec leaky_gradient(affine a, vec x, vec dy, vec slope) {
    return select(a.factor * x + a.offset > 0, dy, slope * dy);
}

void KERNEL(normalise_gradient_moments)(const real *x, const real *dy, long channels, long pixels, long slice,
                                        long stride, const real *mean, const real *inverse_deviation,
                                        const real *scale, const real *shift, real slope, double *moments,
                                        real *scale_gradient, real *shift_gradient) {
    const long count = strand_count(stride, slice);
    for (long first = 0; first < channels; first += ROWS) {
        const long held = channels - first < ROWS ? channels - first : ROWS;
        vec_double sums[STRANDS][ROWS], products[STRANDS][ROWS];
        memset(sums, 0, (size_t)count * sizeof(sums[0]));
        memset(products, 0, (size_t)count * sizeof(products[0]));
        vec_rows deviations = {};
        for (long channel = 0; channel < held; channel++) {
            affine a = channel_affine(first + channel, mean, inverse_deviation, scale, shift);
            vec centre = broadcast(mean[first + channel]);
            deviations[channel] = (double)inverse_deviation[first + channel];
            for (long pixel = 0; pixel < pixels; pixel++) {
                const long row = ((first + channel) * pixels + pixel) * stride;
                for (long start = 0, s = 0; start < stride; start += slice, s = (s + 1) % STRANDS) {
                    const long end = start + slice < stride ? start + slice : stride;
                    vec_double sum = sums[s][channel], product = products[s][channel];
                    for (long c = start; c < end; c += LANES) {
                        vec value = load(x + row + c);
                        vec_double h = widen(leaky_gradient(a, value, load(dy + row + c), broadcast(slope)));
                        sum += h;
                        product += h * widen(value - centre);
                    }
                    sums[s][channel] = sum;
                    products[s][channel] = product;
                }
            }
        }
        vec_rows lanes[STRANDS];
        add_lanes_of_strands(sums, count, (vec_rows){} + 1, lanes);
        const vec_rows sum = add_sums_wide(lanes);
        const vec_rounded_rows rounded_sum = add_sums_rounded(lanes);
        add_lanes_of_strands(products, count, deviations, lanes);
        const vec_rows product = add_sums_wide(lanes);
        const vec_rounded_rows rounded_product = add_sums_rounded(lanes);
        for (long channel = 0; channel < held; channel++) {
            moments[2 * (first + channel)] = sum[channel];
            moments[2 * (first + channel) + 1] = product[channel];
            shift_gradient[first + channel] = rounded_sum[channel];
            scale_gradient[first + channel] = rounded_product[channel];
        }
    }
}

void KERNEL(normalise_gradient)(const real *x, const real *dy, long channels, long pixels, long columns, long stride,
                                const real *mean, const real *inverse_deviation, const real *scale, const real *shift,
                                real slope, const real *mean_h, const real *mean_hx, real *dx) {
    long whole = columns / LANES * LANES;
    for (long channel = 0; channel < channels; channel++) {
        affine a = channel_affine(channel, mean, inverse_deviation, scale, shift);
        vec centre = broadcast(mean[channel]), factor = broadcast(inverse_deviation[channel]);
        vec first = broadcast(mean_h[channel]), second = broadcast(mean_hx[channel]);
        for (long pixel = 0; pixel < pixels; pixel++) {
            long row = (channel * pixels + pixel) * stride;
            for (long c = 0; c < stride; c += LANES) {
                long i = row + c;
                vec value = load(x + i);
                vec h = leaky_gradient(a, value, load(dy + i), broadcast(slope));
                vec normalised = (value - centre) * factor;
                vec result = a.factor * (h - first - normalised * second);
                store(dx + i, c < whole ? result : keep_lanes(result, columns - c));
            }
        }
    }
}
