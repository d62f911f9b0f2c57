// Batch normalisation fused with leaky ReLU. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

void KERNEL(batch_moments)(const real *x, long channels, long pixels, long columns, long slice, long stride,
                           double *moments) {
    const long count = strand_count(stride, slice);
    // In double from the first term on: Σ x² may lose half its digits to the mean without harm.
    for (long channel = 0; channel < channels; channel++) {
        vec_double sums[STRANDS] = {}, squares[STRANDS] = {};
        for (long pixel = 0; pixel < pixels; pixel++) {
            const real *row = x + (channel * pixels + pixel) * stride;
            for (long start = 0, s = 0; start < columns; start += slice, s = (s + 1) % STRANDS) {
                const long end = start + slice < columns ? start + slice : columns;
                vec_double sum = sums[s], square = squares[s];
                for (long c = start; c < end; c += LANES) {
                    vec value = load(row + c);
                    if (c + LANES > columns) value = keep_lanes(value, columns - c);
                    vec_double wide = widen(value);
                    sum += wide;
                    square += wide * wide;
                }
                sums[s] = sum;
                squares[s] = square;
            }
        }
        moments[2 * channel] = add_strands_wide(sums, count, 1);
        moments[2 * channel + 1] = add_strands_wide(squares, count, 1);
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
    for (long channel = 0; channel < channels; channel++) {
        affine a = channel_affine(channel, mean, inverse_deviation, scale, shift);
        vec centre = broadcast(mean[channel]);
        vec_double sums[STRANDS] = {}, products[STRANDS] = {};
        for (long pixel = 0; pixel < pixels; pixel++) {
            const long row = (channel * pixels + pixel) * stride;
            for (long start = 0, s = 0; start < stride; start += slice, s = (s + 1) % STRANDS) {
                const long end = start + slice < stride ? start + slice : stride;
                vec_double sum = sums[s], product = products[s];
                for (long c = start; c < end; c += LANES) {
                    vec value = load(x + row + c);
                    vec_double h = widen(leaky_gradient(a, value, load(dy + row + c), broadcast(slope)));
                    sum += h;
                    product += h * widen(value - centre);
                }
                sums[s] = sum;
                products[s] = product;
            }
        }
        const double deviation = (double)inverse_deviation[channel];
        moments[2 * channel] = add_strands_wide(sums, count, 1);
        moments[2 * channel + 1] = add_strands_wide(products, count, deviation);
        shift_gradient[channel] = add_strands_rounded(sums, count, 1);
        scale_gradient[channel] = add_strands_rounded(products, count, deviation);
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
