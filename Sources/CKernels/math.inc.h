// Formulas that several kernels share, without branches so that loops over them vectorise.

/// `exp(-|x|)`: the one exponential behind the sigmoid and the softplus, in [0, 1] for any x.
ALWAYS_INLINE real exp_minus_magnitude(real x) { return REAL_EXP_NONPOSITIVE(-REAL_ABS(x)); }

ALWAYS_INLINE real softplus(real x) { return (x > 0 ? x : 0) + REAL_LOG_ONE_PLUS(exp_minus_magnitude(x)); }

ALWAYS_INLINE real sigmoid(real x) {
    real e = exp_minus_magnitude(x);
    return (x > 0 ? 1 : e) / (1 + e);
}

/// A probability and its complement, each to full relative precision.
typedef struct { real left, right; } branches;

ALWAYS_INLINE branches branch(real logit) {
    real e = exp_minus_magnitude(logit);
    real larger = 1 / (1 + e), smaller = e * larger;
    return (branches){logit > 0 ? larger : smaller, logit > 0 ? smaller : larger};
}
