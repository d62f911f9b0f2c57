// Batch normalisation fused with leaky ReLU. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

/// Channels that are summed side by side.
enum { MOMENT_CHANNELS = 8 };

/// Rows whose values are summed in their own type before their sums go into the double ones.
enum { MOMENT_RUN = 16 };

/// Two sums for each of some channels, by strands: all the first ones, then all the second ones.
typedef struct {
    double totals[STRANDS][2 * MOMENT_CHANNELS];
} moment_sums;

/// What a run of rows adds to these, before lanes are added up.
typedef struct {
    vec parts[STRANDS][2 * MOMENT_CHANNELS];
} moment_run;

ALWAYS_INLINE void add_moment_run(moment_run *run, long strands, moment_sums *sums) {
    for (long s = 0; s < strands; s++)
        UNROLL for (int start = 0; start < 2 * MOMENT_CHANNELS; start += LANES) {
            vec_double_unaligned *totals = (vec_double_unaligned *)(sums->totals[s] + start);
            *totals += widen(add_all_lanes(run->parts[s] + start));
        }
}

ALWAYS_INLINE void clear_moment_run(moment_run *run, long strands) {
    for (long s = 0; s < strands; s++)
        UNROLL for (int k = 0; k < 2 * MOMENT_CHANNELS; k++) run->parts[s][k] = (vec){};
}

ALWAYS_INLINE double add_doubles(const double strands[STRANDS]) {
    return (strands[0] + strands[1]) + (strands[2] + strands[3]);
}

void KERNEL(batch_moments)(const real *x, const real *origin, long channels, long pixels, long columns, long slice,
                           long stride, double *moments) {
    const long count = strand_count(stride, slice), whole = columns / LANES * LANES;
    for (long first = 0; first < channels; first += MOMENT_CHANNELS) {
        const long held = lesser(channels - first, MOMENT_CHANNELS);
        moment_sums sums = {};
        for (long pixel = 0; pixel < pixels; pixel += MOMENT_RUN) {
            const long end_pixel = lesser(pixel + MOMENT_RUN, pixels);
            moment_run run;
            clear_moment_run(&run, count);
            for (long channel = 0; channel < held; channel++) {
                const vec centre = broadcast(origin[first + channel]);
                for (long p = pixel; p < end_pixel; p++) {
                    const real *row = x + ((first + channel) * pixels + p) * stride;
                    for (long start = 0, s = 0; start < columns; start += slice, s = (s + 1) % STRANDS) {
                        const long end = lesser(start + slice, whole);
                        vec sum = run.parts[s][channel], square = run.parts[s][MOMENT_CHANNELS + channel];
                        for (long c = start; c < end; c += LANES) {
                            const vec value = load(row + c) - centre;
                            sum += value;
                            square += value * value;
                        }
                        if (whole < columns && start + slice > whole) {
                            const vec value = keep_lanes(load(row + whole) - centre, columns - whole);
                            sum += value;
                            square += value * value;
                        }
                        run.parts[s][channel] = sum;
                        run.parts[s][MOMENT_CHANNELS + channel] = square;
                    }
                }
            }
            add_moment_run(&run, count, &sums);
        }
        for (long channel = 0; channel < held; channel++)
            for (long moment = 0; moment < 2; moment++) {
                const long at = moment * MOMENT_CHANNELS + channel;
                moments[2 * (first + channel) + moment] = add_doubles(
                    (double[STRANDS]){sums.totals[0][at], sums.totals[1][at], sums.totals[2][at], sums.totals[3][at]});
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
    for (long first = 0; first < channels; first += MOMENT_CHANNELS) {
        const long held = lesser(channels - first, MOMENT_CHANNELS);
        moment_sums sums = {};
        for (long pixel = 0; pixel < pixels; pixel += MOMENT_RUN) {
            const long end_pixel = lesser(pixel + MOMENT_RUN, pixels);
            moment_run run;
            clear_moment_run(&run, count);
            for (long channel = 0; channel < held; channel++) {
                const affine a = channel_affine(first + channel, mean, inverse_deviation, scale, shift);
                const vec centre = broadcast(mean[first + channel]);
                for (long p = pixel; p < end_pixel; p++) {
                    const long row = ((first + channel) * pixels + p) * stride;
                    for (long start = 0, s = 0; start < stride; start += slice, s = (s + 1) % STRANDS) {
                        const long end = lesser(start + slice, stride);
                        vec sum = run.parts[s][channel], product = run.parts[s][MOMENT_CHANNELS + channel];
                        for (long c = start; c < end; c += LANES) {
                            vec value = load(x + row + c);
                            vec h = leaky_gradient(a, value, load(dy + row + c), broadcast(slope));
                            sum += h;
                            product += h * (value - centre);
                        }
                        run.parts[s][channel] = sum;
                        run.parts[s][MOMENT_CHANNELS + channel] = product;
                    }
                }
            }
            add_moment_run(&run, count, &sums);
        }
        for (long channel = 0; channel < held; channel++) {
            const double deviation = inverse_deviation[first + channel];
            double sum[STRANDS], product[STRANDS];
            // The gradients of parameters are those of each strand, rounded: what follows is a sum of ranks alone.
            real rounded_sum[STRANDS], rounded_product[STRANDS];
            for (long s = 0; s < STRANDS; s++) {
                sum[s] = sums.totals[s][channel];
                product[s] = sums.totals[s][MOMENT_CHANNELS + channel] * deviation;
                rounded_sum[s] = (real)sum[s];
                rounded_product[s] = (real)product[s];
            }
            moments[2 * (first + channel)] = add_doubles(sum);
            moments[2 * (first + channel) + 1] = add_doubles(product);
            shift_gradient[first + channel] =
                (rounded_sum[0] + rounded_sum[1]) + (rounded_sum[2] + rounded_sum[3]);
            scale_gradient[first + channel] =
                (rounded_product[0] + rounded_product[1]) + (rounded_product[2] + rounded_product[3]);
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
