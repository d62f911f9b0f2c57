// The negative binomial distribution of counts, in double precision whatever the scalar: its logarithm is a difference
// of large numbers, of which single precision would leave nothing at counts of some thousands.

#include <float.h>
#include <math.h>
#include <string.h>

#include "typed.h"

#include "real_double.h"

#include "vector.inc.h"

#include "math.inc.h"

#include "partial_sums.inc.h"

enum { COUNT_COLUMNS = 16, SHIFT = 10 };

/// `log Γ` and its derivative, the digamma function.
typedef struct { double log_gamma, digamma; } gammas;

/// For positive `x`: Stirling's series, within 1e-14 of its value from 10 on, and below that ten steps up, by
/// `Γ(x) = Γ(x + 10) / (x (x + 1) … (x + 9))`.
ALWAYS_INLINE gammas gammas_of(double x) {
    double product = 1, derivative = 0; // of the product of the steps
    UNROLL for (int k = 0; k < SHIFT; k++) {
        derivative = derivative * (x + k) + product;
        product *= x + k;
    }
    int is_large = x >= SHIFT;
    double z = is_large ? x : x + SHIFT;
    product = is_large ? 1 : product;
    derivative = is_large ? 0 : derivative;
    double inverse = 1 / z, square = inverse * inverse, log_z = logarithm(z);
    double series = inverse * (1. / 12 - square * (1. / 360 - square * (1. / 1260 - square * (1. / 1680 -
                               square * (1. / 1188 - square * (691. / 360360))))));
    double slope = square * (1. / 12 - square * (1. / 120 - square * (1. / 252 - square * (1. / 240 -
                             square * (1. / 132 - square * (691. / 32760))))));
    return (gammas){(z - 0.5) * log_z - z + 0.91893853320467274178 + series - logarithm(product),
                    log_z - 0.5 * inverse - slope - derivative / product};
}

/// `log(1 + x)` for `x >= 0`.
ALWAYS_INLINE double log_one_plus_any(double x) {
    double small = log_one_plus(x < 1 ? x : 1), large = logarithm(1 + x);
    return x < 1 ? small : large;
}

/// What depends on a gene alone: the dispersion θ, and whether it is within its bounds, e^±20; beyond them a change
/// of its logarithm changes nothing.
typedef struct { double theta, log_theta, within; gammas of_theta; } dispersion;

ALWAYS_INLINE dispersion dispersion_of(double log_theta) {
    double bounded = log_theta < -20 ? -20 : log_theta > 20 ? 20 : log_theta;
    double theta = exp(bounded);
    return (dispersion){theta, bounded, bounded == log_theta ? 1 : 0, gammas_of(theta)};
}

/// The negative log-probability of a count, and its derivatives.
typedef struct { double loss, d_log_mean, d_log_dispersion; } count_term;

/// With `p = θ / (θ + μ)`, of a count `x`: `-[log Γ(x + θ) - log Γ(θ) - log Γ(x + 1) + θ log p + x log(1 - p)]`.
/// Nothing was counted where `is_zero`: then x is 0, and the gamma functions of it and of θ cancel.
ALWAYS_INLINE count_term negative_binomial(double x, int is_zero, double log_mean, dispersion d) {
    // μ / θ, held below the largest number.
    double log_ratio = log_mean - d.log_theta;
    log_ratio = log_ratio > 700 ? 700 : log_ratio;
    double magnitude = exp_nonpositive(-fabs(log_ratio));
    double ratio = log_ratio > 0 ? 1 / magnitude : magnitude;
    double log_total = log_one_plus_any(ratio); // log(1 + μ / θ)
    double failure = 1 / (1 + ratio), success = ratio * failure;
    gammas none = {0, 0};
    gammas sum = is_zero ? d.of_theta : gammas_of(x + d.theta), next = is_zero ? none : gammas_of(x + 1);
    double loss = next.log_gamma + d.of_theta.log_gamma - sum.log_gamma + d.theta * log_total -
                  x * (log_ratio - log_total);
    double d_log_mean = d.theta * success - x * failure;
    double d_log_dispersion = d.within * -d.theta * (sum.digamma - d.of_theta.digamma - log_total + success -
                                                     x / d.theta * failure);
    return (count_term){loss, d_log_mean, d_log_dispersion};
}

/// The negative log-probability of a count that is 0 with probability `σ(zero)` besides, and its derivatives.
typedef struct { count_term count; double d_zero; } inflated_term;

/// Of a count `x` whose term without the zeros is `t`: `-log(1 - π) + t`, and of 0 `-log(π + (1 - π) exp(-t))`, with
/// `π = σ(zero)`.
ALWAYS_INLINE inflated_term inflated(double x, count_term t, double zero) {
    double magnitude = exp_nonpositive(-fabs(zero)), share = 1 / (1 + magnitude);
    double probability = zero > 0 ? share : magnitude * share; // π
    double softplus = (zero > 0 ? zero : 0) + log_one_plus(magnitude);
    double difference = zero + t.loss, distance = exp_nonpositive(-fabs(difference)), other = 1 / (1 + distance);
    // Of a zero: the probability that it is one of those besides.
    double besides = difference > 0 ? other : distance * other;
    double of_zero = softplus - ((difference > 0 ? zero : -t.loss) + log_one_plus(distance));
    int is_zero = x == 0;
    double counted = is_zero ? 1 - besides : 1;
    return (inflated_term){{is_zero ? of_zero : softplus + t.loss, counted * t.d_log_mean, counted * t.d_log_dispersion},
                           probability - (is_zero ? besides : 0)};
}

#define STORED float
#define KERNEL(name) kernels_##name##_float
#include "negative_binomial.inc.h"
#undef KERNEL
#undef STORED

#define STORED double
#define KERNEL(name) kernels_##name##_double
#include "negative_binomial.inc.h"
#undef KERNEL
#undef STORED
