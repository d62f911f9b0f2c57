// `max(l, 0) - l x` is written `|l| (l > 0 ? 1 - x : x)`: every term is then a positive number computed without
// cancellation, so the sum is as accurate as its terms. Short runs of features are summed in `real`, the runs in
// double. A run goes along the rows for many columns before the next begins, which keeps memory reads in order.
//
// The logarithms of `1 + exp(-|l|)` in a run are that of their product, of which the part above 1 is kept: where all
// exponentials are small, so is that, and no digits of it are lost.

enum { BERNOULLI_COLUMNS = 256, BERNOULLI_LANES = 16, BERNOULLI_RUN = 16 };

/// `log(1 + x)` for `x >= 0`, within 4 units.
ALWAYS_INLINE real log_above_one(real x) {
    const real sum = 1 + x;
    return logarithm(sum) + (x - (sum - 1)) / sum;
}

ALWAYS_INLINE void bernoulli_columns(const real *logits, const real *target, long features, long columns, long stride,
                                     const real *weight, real *loss, real *gradient) {
    double total[BERNOULLI_COLUMNS] = {0};
    for (long first = 0; first < features; first += BERNOULLI_RUN) {
        long last = first + BERNOULLI_RUN < features ? first + BERNOULLI_RUN : features;
        for (long column = 0; column < columns; column += BERNOULLI_LANES) {
            real run[BERNOULLI_LANES] = {0}, product[BERNOULLI_LANES] = {0};
            for (long f = first; f < last; f++) {
                const real *l = logits + f * stride + column, *x = target + f * stride + column;
                ELEMENTWISE for (int c = 0; c < BERNOULLI_LANES; c++) {
                    real logit = l[c], value = x[c];
                    real e = exp_minus_magnitude(logit);
                    run[c] += REAL_ABS(logit) * (logit > 0 ? 1 - value : value);
                    product[c] += e + product[c] * e;
                    if (gradient)
                        gradient[f * stride + column + c] =
                            weight[column + c] * ((logit > 0 ? 1 : e) / (1 + e) - value);
                }
            }
            ELEMENTWISE for (int c = 0; c < BERNOULLI_LANES; c++)
                total[column + c] += (double)(run[c] + log_above_one(product[c]));
        }
    }
    for (long c = 0; c < columns; c++) loss[c] = (real)total[c];
}

void KERNEL(bernoulli_loss)(const real *logits, const real *target, long features, long stride, const real *weight,
                            real *loss, real *gradient) {
    for (long c = 0; c < stride; c += BERNOULLI_COLUMNS) {
        long columns = stride - c < BERNOULLI_COLUMNS ? stride - c : BERNOULLI_COLUMNS;
        if (gradient)
            bernoulli_columns(logits + c, target + c, features, columns, stride, weight + c, loss + c, gradient + c);
        else
            bernoulli_columns(logits + c, target + c, features, columns, stride, 0, loss + c, 0);
    }
}
