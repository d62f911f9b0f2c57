// Batch normalisation fused with leaky ReLU. One channel of the largest map fits the second-level cache, so
// the two passes of the moments read memory once. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

/// `x - centre` to the given power, 1 or 2.
ALWAYS_INLINE vec centred_power(vec x, real centre, int power) {
    vec t = x - centre;
    return power == 2 ? t * t : t;
}

/// The sum of `(x - centre)^power` over the first `columns` of each row: four terms in `real`, then in double.
ALWAYS_INLINE double centred_sum(const real *x, long pixels, long columns, long stride, real centre, int power) {
    vec_double total = {};
    for (long pixel = 0; pixel < pixels; pixel++) {
        const real *row = x + pixel * stride;
        long c = 0;
        for (; c + 4 * LANES <= columns; c += 4 * LANES)
            total += widen((centred_power(load(row + c), centre, power) +
                            centred_power(load(row + c + LANES), centre, power)) +
                           (centred_power(load(row + c + 2 * LANES), centre, power) +
                            centred_power(load(row + c + 3 * LANES), centre, power)));
        for (; c < columns; c += LANES)
            total += widen(keep_lanes(centred_power(load(row + c), centre, power), columns - c));
    }
    return add_lanes(total);
}

void KERNEL(batch_moments)(const real *x, long channels, long pixels, long columns, long stride, double *moments) {
    double count = (double)pixels * (double)columns;
    for (long channel = 0; channel < channels; channel++) {
        const real *map = x + channel * pixels * stride;
        double sum = centred_sum(map, pixels, columns, stride, 0, 1);
        real centre = count > 0 ? (real)(sum / count) : 0;
        double squares = centred_sum(map, pixels, columns, stride, centre, 2);
        moments[2 * channel] = sum;
        // Σ x² = Σ (x - c)² + 2 c Σ x - n c², which holds for any c, so for a mean rounded to `real` too.
        moments[2 * channel + 1] = squares + (2 * sum - count * (double)centre) * (double)centre;
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
        for (long i = channel * length; i < end;) {
            vec part = {}, part_product = {};
            for (int term = 0; term < 4 && i < end; term++, i += LANES) {
                vec h = leaky_gradient(load(y + i), load(dy + i), broadcast(slope));
                part += h;
                part_product += h * (load(x + i) - centre);
            }
            sum += widen(part);
            product += widen(part_product);
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
