// The functions that the element-wise kernels need, over the ranges in which they need them: without branches, and
// short enough to be inlined into loops that run at the full width of the registers. They are faster than libmvec
// (the cross-entropy twofold) and give the same bits with every C library. Errors are in units of the last place.

ALWAYS_INLINE REAL_BITS bits_of(real x) {
    REAL_BITS bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ALWAYS_INLINE real real_of(REAL_BITS bits) {
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/// 0 one below the smallest exponent of a normal number.
ALWAYS_INLINE real power_of_two(REAL_BITS exponent) {
    return real_of((exponent + REAL_EXPONENT_BIAS) << REAL_MANTISSA_BITS);
}

/// The polynomial in `x` whose coefficients are the array `terms`, lowest power first.
#define POLYNOMIAL(terms, x) polynomial(terms, sizeof(terms) / sizeof(real), x)
ALWAYS_INLINE real polynomial(const real *terms, const int count, real x) {
    real sum = terms[count - 1];
    UNROLL for (int k = count - 2; k >= 0; k--) sum = sum * x + terms[k];
    return sum;
}

/// `exp(x)` for `x <= 0`, within 2 units, and 0 where the nearest power of two is no normal number; NaN for NaN.
ALWAYS_INLINE real exp_nonpositive(real x) {
    static const real terms[] = REAL_EXP_TERMS;
    real bounded = x < REAL_EXP_LOWEST ? REAL_EXP_LOWEST : x;
    real shifted = bounded * (real)1.4426950408889634 + REAL_ROUNDER;
    real n = shifted - REAL_ROUNDER;
    real r = (bounded - n * REAL_LOG2_HIGH) - n * REAL_LOG2_LOW;
    real p = (POLYNOMIAL(terms, r) * r * r + r) + 1;
    return p * power_of_two(bits_of(shifted) - bits_of(REAL_ROUNDER));
}

/// `log(1 + x)` for `-1/2 <= x <= 1`, within 3 units: `2 artanh(s)` with `s = x / (2 + x)`, so nothing cancels.
ALWAYS_INLINE real log_one_plus(real x) {
    static const real terms[] = REAL_ARTANH_TERMS;
    real s = x / (2 + x), t = s * s;
    return 2 * s + 2 * s * (t * POLYNOMIAL(terms, t));
}

/// `log(x)` for positive normal `x`, within 3 units; NaN for NaN and infinity.
ALWAYS_INLINE real logarithm(real x) {
    REAL_BITS bits = bits_of(x);
    REAL_BITS exponent = (bits - REAL_ROOT_HALF_BITS) >> REAL_MANTISSA_BITS; // the rest is in [√½, √2)
    real rest = real_of(bits - exponent * ((REAL_BITS)1 << REAL_MANTISSA_BITS));
    real n = (real)(int32_t)exponent;
    return n * REAL_LOG2_HIGH + (n * REAL_LOG2_LOW + log_one_plus(rest - 1)) + (x - x);
}

/// Sine and cosine of `2π (turn + ½) / 2³²`, within a unit of 1. The quadrant is exact: it is two bits.
ALWAYS_INLINE void sine_cosine(uint32_t turn, real *sine, real *cosine) {
    static const real sine_terms[] = REAL_SINE_TERMS, cosine_terms[] = REAL_COSINE_TERMS;
    uint32_t quadrant = (turn + 0x20000000u) >> 30;
    int32_t within = (int32_t)(turn - (quadrant << 30));
    real angle = ((real)within + (real)0.5) * (real)(6.283185307179586476925 * 0x1p-32);
    real t = angle * angle;
    real s = POLYNOMIAL(sine_terms, t) * t * angle + angle;
    real c = POLYNOMIAL(cosine_terms, t) * t + 1;
    real across = quadrant & 1 ? c : s, along = quadrant & 1 ? s : c;
    *sine = quadrant & 2 ? -across : across;
    *cosine = (quadrant + 1) & 2 ? -along : along;
}

/// `exp(-|x|)`: the one exponential behind the sigmoid and the softplus, in [0, 1] for any x.
ALWAYS_INLINE real exp_minus_magnitude(real x) { return exp_nonpositive(-REAL_ABS(x)); }

/// `log(1 + exp(x))` and its derivative, the sigmoid.
typedef struct { real value, slope; } softened;

ALWAYS_INLINE softened softplus(real x) {
    real e = exp_minus_magnitude(x);
    return (softened){(real)0.5 * (x + REAL_ABS(x)) + log_one_plus(e), (x > 0 ? 1 : e) / (1 + e)};
}

/// A probability and its complement, each to full relative precision.
typedef struct { real left, right; } branches;

ALWAYS_INLINE branches branch(real logit) {
    real e = exp_minus_magnitude(logit);
    real larger = 1 / (1 + e), smaller = e * larger;
    return (branches){logit > 0 ? larger : smaller, logit > 0 ? smaller : larger};
}
