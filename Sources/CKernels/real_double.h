#pragma once

// The type `real`, and what math.inc.h needs of double precision, the precision that checks the other: real_float.h says
// what each constant is. Polynomials are the Taylor series themselves, long enough for the remainder to vanish.

typedef double real;

#define REAL_BYTES 8
#define REAL_ABS fabs
#define REAL_SQRT sqrt
#define REAL_NEXT nextafter

#define REAL_BITS int64_t
#define REAL_MANTISSA_BITS 52
#define REAL_EXPONENT_BIAS 1023
#define REAL_ROUNDER 0x1.8p52
#define REAL_LOG2_HIGH 6.93147180369123816490e-01
#define REAL_LOG2_LOW 1.90821492927058770002e-10
#define REAL_EXP_LOWEST -709.0
#define REAL_ROOT_HALF_BITS 0x3FE6A09E667F3BCD

#define REAL_EXP_TERMS \
    {1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0, \
     1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0}

#define REAL_ARTANH_TERMS \
    {1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0, 1.0 / 9.0, 1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, \
     1.0 / 19.0, 1.0 / 21.0, 1.0 / 23.0, 1.0 / 25.0, 1.0 / 27.0, 1.0 / 29.0, 1.0 / 31.0, 1.0 / 33.0}

#define REAL_SINE_TERMS \
    {-1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0, -1.0 / 39916800.0, 1.0 / 6227020800.0, \
     -1.0 / 1307674368000.0, 1.0 / 355687428096000.0}

#define REAL_COSINE_TERMS \
    {-1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0, -1.0 / 3628800.0, 1.0 / 479001600.0, \
     -1.0 / 87178291200.0, 1.0 / 20922789888000.0, -1.0 / 6402373705728000.0}
