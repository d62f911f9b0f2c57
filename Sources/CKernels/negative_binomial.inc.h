// Included twice, with STORED the type of what is read and written and KERNEL its name; everything is computed in double.

// Without logits of zeros the compiler leaves out what they ask for.
ALWAYS_INLINE void KERNEL(add_count_terms)(const STORED *x, int is_zero, const STORED *logit, const STORED *zero_logit,
                                           const double *offset, dispersion d, double *sum, double *share,
                                           double *moved) {
    ELEMENTWISE for (int c = 0; c < COUNT_COLUMNS; c++) {
        count_term t = negative_binomial(x[c], is_zero, logit[c] + offset[c], d);
        if (zero_logit) t = inflated(x[c], t, zero_logit[c]).count;
        sum[c] += t.loss;
        share[c] += t.d_log_mean;
        moved[c] = t.d_log_dispersion;
    }
}

ALWAYS_INLINE void KERNEL(counts_loss)(const STORED *logits, const STORED *zero_logits, const STORED *log_dispersion,
                                       const STORED *target, long features, long slice, long stride,
                                       const STORED *weight, STORED *loss, STORED *gradient, STORED *zero_gradient,
                                       double *scratch, STORED *dispersion_gradient) {
    if (gradient) memset(scratch, 0, (size_t)(PARTIALS * features) * sizeof(double));
    for (long column = 0; column < stride; column += COUNT_COLUMNS) {
        double *partial = scratch + column / slice % PARTIALS * features;
        double largest[COUNT_COLUMNS], library[COUNT_COLUMNS] = {0}, total[COUNT_COLUMNS] = {0};
        for (int c = 0; c < COUNT_COLUMNS; c++) largest[c] = -INFINITY;
        for (long f = 0; f < features; f++) {
            const STORED *l = logits + f * stride + column, *x = target + f * stride + column;
            ELEMENTWISE for (int c = 0; c < COUNT_COLUMNS; c++) {
                double logit = l[c];
                largest[c] = logit > largest[c] ? logit : largest[c];
                library[c] += x[c];
            }
        }
        for (long f = 0; f < features; f++) {
            const STORED *l = logits + f * stride + column;
            ELEMENTWISE for (int c = 0; c < COUNT_COLUMNS; c++) total[c] += exp_nonpositive(l[c] - largest[c]);
        }
        // log μ = logit + offset.
        double offset[COUNT_COLUMNS], sum[COUNT_COLUMNS] = {0}, share[COUNT_COLUMNS] = {0};
        ELEMENTWISE for (int c = 0; c < COUNT_COLUMNS; c++) {
            double counted = library[c] < DBL_MIN ? DBL_MIN : library[c];
            offset[c] = logarithm(counted) - largest[c] - logarithm(total[c]);
        }
        for (long f = 0; f < features; f++) {
            const STORED *l = logits + f * stride + column, *x = target + f * stride + column;
            dispersion d = dispersion_of(log_dispersion[f]);
            double moved[COUNT_COLUMNS];
            const STORED *z = zero_logits ? zero_logits + f * stride + column : 0;
            int is_zero = 1;
            for (int c = 0; c < COUNT_COLUMNS; c++) is_zero &= x[c] == 0;
            // Most counts are 0, and what a count costs most are its gamma functions.
            if (is_zero)
                KERNEL(add_count_terms)(x, 1, l, z, offset, d, sum, share, moved);
            else
                KERNEL(add_count_terms)(x, 0, l, z, offset, d, sum, share, moved);
            if (gradient)
                for (int c = 0; c < COUNT_COLUMNS; c++) partial[f] += (double)weight[column + c] * moved[c];
        }
        for (int c = 0; c < COUNT_COLUMNS; c++) loss[column + c] = (STORED)sum[c];
        if (!gradient) continue;
        // The gradient may lie over the logits: each is read before its place is written.
        for (long f = 0; f < features; f++) {
            const STORED *l = logits + f * stride + column, *x = target + f * stride + column;
            STORED *out = gradient + f * stride + column;
            dispersion d = dispersion_of(log_dispersion[f]);
            ELEMENTWISE for (int c = 0; c < COUNT_COLUMNS; c++) {
                double part = exp_nonpositive(l[c] - largest[c]) / total[c];
                count_term t = negative_binomial(x[c], 0, l[c] + offset[c], d);
                if (zero_logits) {
                    inflated_term i = inflated(x[c], t, zero_logits[f * stride + column + c]);
                    t = i.count;
                    zero_gradient[f * stride + column + c] = (STORED)((double)weight[column + c] * i.d_zero);
                }
                out[c] = (STORED)((double)weight[column + c] * (t.d_log_mean - part * share[c]));
            }
        }
    }
    if (!gradient) return;
    for (long f = 0; f < features; f++) {
        STORED sums[PARTIALS];
        for (int s = 0; s < PARTIALS; s++) sums[s] = (STORED)scratch[s * features + f];
        dispersion_gradient[f] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}

void KERNEL(negative_binomial_loss)(const STORED *logits, const STORED *log_dispersion, const STORED *target,
                                    long features, long slice, long stride, const STORED *weight, STORED *loss,
                                    STORED *gradient, double *scratch, STORED *dispersion_gradient) {
    KERNEL(counts_loss)(logits, 0, log_dispersion, target, features, slice, stride, weight, loss, gradient, 0,
                        scratch, dispersion_gradient);
}

void KERNEL(inflated_negative_binomial_loss)(const STORED *logits, const STORED *zero_logits,
                                             const STORED *log_dispersion, const STORED *target, long features,
                                             long slice, long stride, const STORED *weight, STORED *loss,
                                             STORED *gradient, STORED *zero_gradient, double *scratch,
                                             STORED *dispersion_gradient) {
    KERNEL(counts_loss)(logits, zero_logits, log_dispersion, target, features, slice, stride, weight, loss, gradient,
                        zero_gradient, scratch, dispersion_gradient);
}
