#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

// The few functions that the element-wise kernels need, over the ranges in which they need them, short enough to
// be inlined into loops that run at the full width of the registers: three times the speed of libmvec, and the
// same bits on every machine, whatever its C library. Polynomials are minimax fits; errors are in units of the
// last place (ulp) of the result.

static inline __attribute__((always_inline)) int32_t float_bits(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline __attribute__((always_inline)) float float_of_bits(int32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline __attribute__((always_inline)) float power_of_two_float(int32_t exponent) {
    return float_of_bits((exponent + 127) << 23);
}

/// `exp(x)` for `x <= 0`, within 2 ulp, gradually to 0 below -87; NaN for NaN.
static inline __attribute__((always_inline)) float exp_nonpositive_float(float x) {
    const float rounder = 12582912; // 1.5 * 2^23: adding it leaves the nearest integer in the low bits.
    float bounded = x < -105 ? -105 : x;
    float shifted = bounded * 1.44269504089f + rounder;
    float n = shifted - rounder;
    float r = (bounded - n * 0.693359375f) - n * -2.12194440e-4f;
    float p = 0.001390129399f;
    p = p * r + 0.00836316214f;
    p = p * r + 0.041666853619f;
    p = p * r + 0.166665771896f;
    p = p * r + 0.499999995519f;
    p = (p * r * r + r) + 1;
    // Two factors, since 2^n alone may be too small for a normal number.
    int32_t exponent = float_bits(shifted) - float_bits(rounder);
    int32_t half = exponent >> 1;
    return p * power_of_two_float(half) * power_of_two_float(exponent - half);
}

/// `log(1 + x)` for `-1/2 <= x <= 1`, within 3 ulp: `2 artanh(s)` with `s = x / (2 + x)`, so nothing cancels.
static inline __attribute__((always_inline)) float log_one_plus_float(float x) {
    float s = x / (2 + x), t = s * s;
    float p = 0.134305116738f;
    p = p * t + 0.141175204403f;
    p = p * t + 0.200038129205f;
    p = p * t + 0.333333199707f;
    return 2 * s + 2 * s * (t * p);
}

/// `log(x)` for positive normal `x`, within 3 ulp; NaN for NaN and infinity.
static inline __attribute__((always_inline)) float log_float(float x) {
    int32_t bits = float_bits(x);
    int32_t exponent = (bits - 0x3F3504F3) >> 23; // so that the rest lies in [sqrt(1/2), sqrt(2))
    float rest = float_of_bits(bits - (exponent << 23));
    float n = (float)exponent;
    return n * 0.693359375f + (n * -2.12194440e-4f + log_one_plus_float(rest - 1)) + (x - x);
}

/// Sine and cosine of `2π (turn + ½) / 2³²`, absolute error below 1e-7. The quadrant is exact: it is two bits.
static inline __attribute__((always_inline)) void sine_cosine_float(uint32_t turn, float *sine, float *cosine) {
    uint32_t quadrant = (turn + 0x20000000u) >> 30;
    int32_t within = (int32_t)(turn - (quadrant << 30));
    float angle = ((float)within + 0.5f) * (6.2831853071795865f * 0x1p-32f);
    float t = angle * angle;
    float s = ((-0.000195873604f * t + 0.008332744992f) * t - 0.166666646369f) * t * angle + angle;
    float c = (((2.446280143407e-5f * t - 1.388758000698e-3f) * t + 4.166665043222e-2f) * t - 0.4999999996839f) * t + 1;
    float across = quadrant & 1 ? c : s, along = quadrant & 1 ? s : c;
    *sine = quadrant & 2 ? -across : across;
    *cosine = (quadrant + 1) & 2 ? -along : along;
}
