#pragma once

// The type `real`, and what math.inc.h needs of single precision. Polynomials are minimax fits of the least degree whose
// error is below rounding, lowest power first.

typedef float real;

#define REAL_BYTES 4
#define REAL_ABS fabsf
#define REAL_SQRT sqrtf
#define REAL_NEXT nextafterf

/// A signed integer of that size.
#define REAL_BITS int32_t
#define REAL_MANTISSA_BITS 23
#define REAL_EXPONENT_BIAS 127
/// 1.5 * 2^mantissa bits: adding it leaves the nearest integer in the low bits.
#define REAL_ROUNDER 0x1.8p23f
/// `log 2` in two parts, the first short enough for its product with any exponent to be exact.
#define REAL_LOG2_HIGH 0.693359375f
#define REAL_LOG2_LOW -2.12194440e-4f
/// The exponential is 0 here and below: the power of two nearest to it is no normal number.
#define REAL_EXP_LOWEST -88.0f
/// The bits of the square root of ½.
#define REAL_ROOT_HALF_BITS 0x3F3504F3

/// `(exp(r) - 1 - r) / r²` in `r`, for `|r| <= log(2) / 2`.
#define REAL_EXP_TERMS {0.499999995519f, 0.166665771896f, 0.041666853619f, 0.00836316214f, 0.001390129399f}
/// `(artanh(s) / s - 1) / s²` in `s²`, for `|s| <= 1/3`.
#define REAL_ARTANH_TERMS {0.333333199707f, 0.200038129205f, 0.141175204403f, 0.134305116738f}
/// `(sin(a) / a - 1) / a²` in `a²`, for `|a| <= π/4`.
#define REAL_SINE_TERMS {-0.166666646369f, 0.008332744992f, -0.000195873604f}
/// `(cos(a) - 1) / a²` in `a²`, for `|a| <= π/4`.
#define REAL_COSINE_TERMS {-0.4999999996839f, 0.04166665043222f, -0.001388758000698f, 0.00002446280143407f}
