// Batch normalisation fused with leaky ReLU. A comparison with NaN is false and `slope * NaN` is NaN:
// nothing hides a NaN here.

ALWAYS_INLINE vec leaky(vec t, vec slope) { return select(t > 0, t, slope * t); }

/// Channels that are summed side by side.
enum { MOMENT_CHANNELS = 8 };

/// Rows whose values are summed in their own type before their sums go into the double ones.
enum { MOMENT_RUN = 16 };

/// Two sums for each of some channels, as partial sums: all the first ones, then all the second ones.
typedef struct {
    double totals[PARTIALS][2 * MOMENT_CHANNELS];
} moment_sums;

/// What a run of rows adds to these, before lanes are added up.
typedef struct {
    vec parts[PARTIALS][2 * MOMENT_CHANNELS];
} moment_run;

ALWAYS_INLINE void add_moment_run(const moment_run *run, long partials, moment_sums *sums) {
    for (long s = 0; s < partials; s++)
        UNROLL for (int start = 0; start < 2 * MOMENT_CHANNELS; start += LANES) {
            vec_double_unaligned *totals = (vec_double_unaligned *)(sums->totals[s] + start);
            vec parts[LANES];
            UNROLL for (int k = 0; k < LANES; k++) parts[k] = run->parts[s][start + k];
            *totals += widen(add_all_lanes(parts));
        }
}

/// The map that is summed: the first `columns` of each row count.
typedef struct {
    long pixels, columns, slice, stride;
} moment_map;

/// What a vector adds to the two sums of its channel: `value`, and `value * factor`.
typedef struct {
    vec value, factor;
} moment_terms;

/// Adds up `held` channels from `channel` on. `terms(of, k, at, lanes)` are those of the vector at `at` of the map, which
/// belongs to the k-th of them; its first `lanes` lanes count.
ALWAYS_INLINE moment_sums sum_moments(const moment_map *map, long channel, long held,
                                      moment_terms (*const terms)(const void *, long, long, long), const void *of) {
    const long count = partial_count(map->stride, map->slice), whole = map->columns / LANES * LANES;
    moment_sums sums = {};
    moment_run run;
    // A run sets the sums of channels that are held.
    for (long s = 0; s < count; s++)
        for (long k = held; k < MOMENT_CHANNELS; k++) run.parts[s][k] = run.parts[s][MOMENT_CHANNELS + k] = (vec){};
    for (long pixel = 0; pixel < map->pixels; pixel += MOMENT_RUN) {
        const long end_pixel = lesser(pixel + MOMENT_RUN, map->pixels);
        for (long k = 0; k < held; k++) {
            vec first[PARTIALS] = {}, second[PARTIALS] = {};
            for (long p = pixel; p < end_pixel; p++) {
                const long row = ((channel + k) * map->pixels + p) * map->stride;
                UNROLL for (long s = 0; s < PARTIALS; s++)
                    for (long start = s * map->slice; start < map->columns; start += PARTIALS * map->slice) {
                        const long end = lesser(start + map->slice, whole);
                        for (long c = start; c < end; c += LANES) {
                            const moment_terms t = terms(of, k, row + c, LANES);
                            first[s] += t.value;
                            second[s] += t.value * t.factor;
                        }
                        if (whole < map->columns && start + map->slice > whole) {
                            const moment_terms t = terms(of, k, row + whole, map->columns - whole);
                            first[s] += t.value;
                            second[s] += t.value * t.factor;
                        }
                    }
            }
            UNROLL for (long s = 0; s < PARTIALS; s++) {
                run.parts[s][k] = first[s];
                run.parts[s][MOMENT_CHANNELS + k] = second[s];
            }
        }
        add_moment_run(&run, count, &sums);
    }
    return sums;
}

typedef struct {
    const real *x, *origin;
} deviations;

/// Deviations from the origin, and their squares.
ALWAYS_INLINE moment_terms deviation_terms(const void *of, long channel, long at, long lanes) {
    const deviations *d = of;
    vec value = load(d->x + at) - broadcast(d->origin[channel]);
    if (lanes < LANES) value = keep_lanes(value, lanes);
    return (moment_terms){value, value};
}

void KERNEL(batch_moments)(const real *x, const real *origin, long channels, long pixels, long columns, long slice,
                           long stride, double *moments) {
    const moment_map map = {pixels, columns, slice, stride};
    for (long first = 0; first < channels; first += MOMENT_CHANNELS) {
        const long held = lesser(channels - first, MOMENT_CHANNELS);
        const deviations of = {x, origin + first};
        const moment_sums sums = sum_moments(&map, first, held, deviation_terms, &of);
        for (long channel = 0; channel < held; channel++)
            for (long moment = 0; moment < 2; moment++) {
                double partials[PARTIALS];
                for (long s = 0; s < PARTIALS; s++) partials[s] = sums.totals[s][moment * MOMENT_CHANNELS + channel];
                moments[2 * (first + channel) + moment] = add_double_partials(partials);
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

typedef struct {
    const real *x, *dy;
    real slope;
    /// Of the channels that are summed.
    affine a[MOMENT_CHANNELS];
    real mean[MOMENT_CHANNELS];
} leaky_gradients;

/// Gradients before the leaky ReLU, and their products with deviations from the mean.
ALWAYS_INLINE moment_terms gradient_terms(const void *of, long channel, long at, long lanes) {
    (void)lanes;
    const leaky_gradients *g = of;
    const vec value = load(g->x + at);
    const vec h = leaky_gradient(g->a[channel], value, load(g->dy + at), broadcast(g->slope));
    return (moment_terms){h, value - broadcast(g->mean[channel])};
}

void KERNEL(normalise_gradient_moments)(const real *x, const real *dy, long channels, long pixels, long slice,
                                        long stride, const real *mean, const real *inverse_deviation,
                                        const real *scale, const real *shift, real slope, double *moments,
                                        real *scale_gradient, real *shift_gradient) {
    // Padding of a gradient is zero.
    const moment_map map = {pixels, stride, slice, stride};
    leaky_gradients of = {x, dy, slope};
    for (long first = 0; first < channels; first += MOMENT_CHANNELS) {
        const long held = lesser(channels - first, MOMENT_CHANNELS);
        for (long channel = 0; channel < held; channel++) {
            of.a[channel] = channel_affine(first + channel, mean, inverse_deviation, scale, shift);
            of.mean[channel] = mean[first + channel];
        }
        const moment_sums sums = sum_moments(&map, first, held, gradient_terms, &of);
        for (long channel = 0; channel < held; channel++) {
            const double deviation = inverse_deviation[first + channel];
            double sum[PARTIALS], product[PARTIALS];
            for (long s = 0; s < PARTIALS; s++) {
                sum[s] = sums.totals[s][channel];
                product[s] = sums.totals[s][MOMENT_CHANNELS + channel] * deviation;
            }
            moments[2 * (first + channel)] = add_double_partials(sum);
            moments[2 * (first + channel) + 1] = add_double_partials(product);
            shift_gradient[first + channel] = add_rounded_partials(sum);
            scale_gradient[first + channel] = add_rounded_partials(product);
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
