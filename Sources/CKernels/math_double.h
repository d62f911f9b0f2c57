#pragma once

#include <math.h>
#include <stdint.h>

// As math_float.h, in the double precision that checks it: the C library's functions, vectorised through libmvec.

static inline __attribute__((always_inline)) double exp_nonpositive_double(double x) { return exp(x); }

static inline __attribute__((always_inline)) double log_double(double x) { return log(x); }

/// `log1p` has no vector version; the last term restores what rounding `1 + x` lost.
static inline __attribute__((always_inline)) double log_one_plus_double(double x) {
    double u = 1 + x;
    return log(u) + (x - (u - 1)) / u;
}

static inline __attribute__((always_inline)) void sine_cosine_double(uint32_t turn, double *sine, double *cosine) {
    double angle = ((double)(int32_t)turn + 0.5) * (6.283185307179586476925 * 0x1p-32);
    *sine = sin(angle);
    *cosine = cos(angle);
}
