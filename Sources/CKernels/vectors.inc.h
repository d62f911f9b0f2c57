void KERNEL(add)(const real *x, real *y, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) y[i] += x[i];
}

void KERNEL(multiply)(const real *a, const real *b, real *out, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) out[i] = a[i] * b[i];
}

void KERNEL(multiply_add)(const real *a, const real *b, real *out, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) out[i] += a[i] * b[i];
}

void KERNEL(scale)(real *x, real factor, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) x[i] *= factor;
}

void KERNEL(scaled)(const real *x, real factor, real *out, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) out[i] = factor * x[i];
}

void KERNEL(add_scaled)(const real *x, const real *y, real factor, real *out, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) out[i] = x[i] + factor * y[i];
}

// NaN is not below zero, and stays.
void KERNEL(rectified)(const real *x, real *y, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) y[i] = x[i] < 0 ? (real)0 : x[i];
}

void KERNEL(rectified_gradient)(const real *y, const real *dy, real *dx, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) dx[i] = y[i] > 0 ? dy[i] : (real)0;
}

double KERNEL(sum)(const real *x, long count) {
    vec_double even = {}, odd = {};
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        even += widen(*(const vec_unaligned *)(x + i));
        odd += widen(*(const vec_unaligned *)(x + i + LANES));
    }
    double sum = add_lanes(even + odd);
    for (; i < count; i++) sum += (double)x[i];
    return sum;
}

double KERNEL(dot)(const real *a, const real *b, long count) {
    vec_double even = {}, odd = {};
    long i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
        even += widen(*(const vec_unaligned *)(a + i)) * widen(*(const vec_unaligned *)(b + i));
        odd += widen(*(const vec_unaligned *)(a + i + LANES)) * widen(*(const vec_unaligned *)(b + i + LANES));
    }
    double sum = add_lanes(even + odd);
    for (; i < count; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

// What is no number is beyond every bound.
long KERNEL(count_beyond)(const real *x, real bound, long count) {
    long beyond = 0;
    for (long i = 0; i < count; i++) beyond += !(x[i] < bound && -x[i] < bound);
    return beyond;
}

void KERNEL(row_sums)(const real *gradient, long channels, long pixels, long slice, long stride, real *out) {
    const long count = partial_count(stride, slice);
    for (long channel = 0; channel < channels; channel++) {
        vec_double partials[PARTIALS] = {};
        for (long pixel = 0; pixel < pixels; pixel++) {
            const real *row = gradient + (channel * pixels + pixel) * stride;
            for (long start = 0, s = 0; start < stride; start += slice, s = (s + 1) % PARTIALS) {
                const long end = start + slice < stride ? start + slice : stride;
                vec_double sum = partials[s];
                for (long c = start; c < end; c += LANES) sum += widen(load(row + c));
                partials[s] = sum;
            }
        }
        double sums[PARTIALS] = {};
        for (long s = 0; s < count; s++) sums[s] = add_lanes(partials[s]);
        out[channel] = add_rounded_partials(sums);
    }
}
