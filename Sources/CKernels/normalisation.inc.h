// Batch normalisation fused with leaky ReLU. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

void KERNEL(batch_moments)(const real *x, long channels, long pixels, long columns, long stride, double *moments) {
    // In double from the first term on: a square of a float is exact there, and sums of different cuts of a batch
    // then round to the same `real` numbers. Σ x² may lose half its digits to the mean without harm.
    for (long channel = 0; channel < channels; channel++) {
        vec_double sum = {}, squares = {};
        for (long pixel = 0; pixel < pixels; pixel++) {
            const real *row = x + (channel * pixels + pixel) * stride;
            for (long c = 0; c < columns; c += LANES) {
                vec value = load(row + c);
                if (c + LANES > columns) value = keep_lanes(value, columns - c);
                vec_double wide = widen(value);
                sum += wide;
                squares += wide * wide;
            }
        }
        moments[2 * channel] = add_lanes(sum);
        moments[2 * channel + 1] = add_lanes(squares);
    }
}

void KERNEL(normalise)(const real *x, long channels, long pixels, long stride, const real *mean,
                       const real *inverse_deviation, const real *scale, const real *shift, real slope, real *y) {
    long length = pixels * stride;
    for (long channel = 0; channel < channels; channel++) {
        real a = scale[channel] * inverse_deviation[channel];
        real b = shift[channel] - mean[channel] * a;
        const real *from = x + channel * length;
        real *to = y + channel * length;
        for (long i = 0; i < length; i += LANES) store(to + i, leaky(a * load(from + i) + b, broadcast(slope)));
    }
}

/// The gradient before the leaky ReLU.
ALWAYS_INLINE vec leaky_gradient(vec y, vec dy, vec slope) { return select(y > 0, dy, slope * dy); }

void KERNEL(normalise_gradient_moments)(const real *x, const real *y, const real *dy, long channels, long pixels,
                                        long stride, const real *mean, const real *inverse_deviation, real slope,
                                        double *moments) {
    long length = pixels * stride;
    for (long channel = 0; channel < channels; channel++) {
        long end = (channel + 1) * length;
        vec centre = broadcast(mean[channel]);
        vec_double sum = {}, product = {};
        for (long i = channel * length; i < end; i += LANES) {
            vec_double h = widen(leaky_gradient(load(y + i), load(dy + i), broadcast(slope)));
            sum += h;
            product += h * widen(load(x + i) - centre);
        }
        moments[2 * channel] = add_lanes(sum);
        moments[2 * channel + 1] = add_lanes(product) * (double)inverse_deviation[channel];
    }
}

void KERNEL(normalise_gradient)(const real *x, const real *y, const real *dy, long channels, long pixels,
                                long columns, long stride, const real *mean, const real *inverse_deviation,
                                const real *scale, real slope, const real *mean_h, const real *mean_hx, real *dx) {
    long whole = columns / LANES * LANES;
    for (long channel = 0; channel < channels; channel++) {
        vec centre = broadcast(mean[channel]), factor = broadcast(inverse_deviation[channel]);
        vec outer = broadcast(scale[channel] * inverse_deviation[channel]);
        vec first = broadcast(mean_h[channel]), second = broadcast(mean_hx[channel]);
        for (long pixel = 0; pixel < pixels; pixel++) {
            long row = (channel * pixels + pixel) * stride;
            for (long c = 0; c < stride; c += LANES) {
                long i = row + c;
                vec h = leaky_gradient(load(y + i), load(dy + i), broadcast(slope));
                vec normalised = (load(x + i) - centre) * factor;
                vec result = outer * (h - first - normalised * second);
                store(dx + i, c < whole ? result : keep_lanes(result, columns - c));
            }
        }
    }
}
