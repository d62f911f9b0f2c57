// Gaussian log-densities of the inputs. As in likelihood.inc.h short runs of features are summed in `real`, the runs
// in double; a gradient may lie over what it is the gradient of.

#define LOG_TWO_PI 1.8378770664093454836

enum { GAUSSIAN_COLUMNS = 16, GAUSSIAN_RUN = 8 };

void KERNEL(gaussian_loss)(const real *means, const real *target, long features, long stride, real variance,
                           const real *weight, real *loss, real *gradient) {
    const real precision = 1 / variance;
    const double constant = 0.5 * (double)features * (LOG_TWO_PI + log((double)variance));
    for (long column = 0; column < stride; column += GAUSSIAN_COLUMNS) {
        double total[GAUSSIAN_COLUMNS] = {0};
        for (long first = 0; first < features; first += GAUSSIAN_RUN) {
            const long last = first + GAUSSIAN_RUN < features ? first + GAUSSIAN_RUN : features;
            real run[GAUSSIAN_COLUMNS] = {0};
            for (long f = first; f < last; f++) {
                const real *m = means + f * stride + column, *x = target + f * stride + column;
                ELEMENTWISE for (int c = 0; c < GAUSSIAN_COLUMNS; c++) {
                    real difference = m[c] - x[c];
                    run[c] += difference * difference;
                    if (gradient) gradient[f * stride + column + c] = weight[column + c] * precision * difference;
                }
            }
            for (int c = 0; c < GAUSSIAN_COLUMNS; c++) total[c] += (double)run[c];
        }
        for (int c = 0; c < GAUSSIAN_COLUMNS; c++)
            loss[column + c] = (real)(constant + 0.5 * total[c] / (double)variance);
    }
}

void KERNEL(learned_gaussian_loss)(const real *means, const real *raw, const real *target, long features, long stride,
                                   real minimum_variance, const real *weight, real *loss, real *mean_gradient,
                                   real *raw_gradient) {
    for (long column = 0; column < stride; column += GAUSSIAN_COLUMNS) {
        double total[GAUSSIAN_COLUMNS] = {0};
        for (long first = 0; first < features; first += GAUSSIAN_RUN) {
            const long last = first + GAUSSIAN_RUN < features ? first + GAUSSIAN_RUN : features;
            real run[GAUSSIAN_COLUMNS] = {0};
            for (long f = first; f < last; f++) {
                const long row = f * stride + column;
                ELEMENTWISE for (int c = 0; c < GAUSSIAN_COLUMNS; c++) {
                    long i = row + c;
                    softened s = softplus(raw[i]);
                    real variance = s.value + minimum_variance, precision = 1 / variance;
                    real difference = means[i] - target[i], scaled = difference * precision;
                    run[c] += logarithm(variance) + difference * scaled;
                    if (mean_gradient) {
                        mean_gradient[i] = weight[column + c] * scaled;
                        raw_gradient[i] = weight[column + c] * (real)0.5 * (precision - scaled * scaled) * s.slope;
                    }
                }
            }
            for (int c = 0; c < GAUSSIAN_COLUMNS; c++) total[c] += (double)run[c];
        }
        for (int c = 0; c < GAUSSIAN_COLUMNS; c++)
            loss[column + c] = (real)(0.5 * ((double)features * LOG_TWO_PI + total[c]));
    }
}

// Each feature in its own way: a cross-entropy on logits where it is binary, else a Gaussian. NaN is missing and counts
// nothing.
void KERNEL(mixed_loss)(const real *output, const real *target, const uint8_t *binary, long features, long stride,
                        real variance, const real *weight, real *loss, real *gradient) {
    const real precision = 1 / variance;
    const double constant = LOG_TWO_PI + log((double)variance);
    for (long column = 0; column < stride; column += GAUSSIAN_COLUMNS) {
        double total[GAUSSIAN_COLUMNS] = {0};
        for (long f = 0; f < features; f++) {
            const long row = f * stride + column;
            const real *o = output + row, *x = target + row;
            real moved[GAUSSIAN_COLUMNS], term[GAUSSIAN_COLUMNS];
            if (binary[f]) {
                ELEMENTWISE for (int c = 0; c < GAUSSIAN_COLUMNS; c++) {
                    softened s = softplus(o[c]);
                    term[c] = s.value - o[c] * x[c];
                    moved[c] = s.slope - x[c];
                }
                for (int c = 0; c < GAUSSIAN_COLUMNS; c++) total[c] += x[c] == x[c] ? (double)term[c] : 0;
            } else {
                ELEMENTWISE for (int c = 0; c < GAUSSIAN_COLUMNS; c++) {
                    real difference = o[c] - x[c];
                    term[c] = difference * difference;
                    moved[c] = precision * difference;
                }
                for (int c = 0; c < GAUSSIAN_COLUMNS; c++)
                    total[c] += x[c] == x[c] ? 0.5 * (constant + (double)term[c] / (double)variance) : 0;
            }
            if (!gradient) continue;
            ELEMENTWISE for (int c = 0; c < GAUSSIAN_COLUMNS; c++)
                gradient[row + c] = x[c] == x[c] ? weight[column + c] * moved[c] : 0;
        }
        for (int c = 0; c < GAUSSIAN_COLUMNS; c++) loss[column + c] = (real)total[c];
    }
}

void KERNEL(known_values)(const real *x, real *out, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) out[i] = x[i] == x[i] ? x[i] : 0;
}

void KERNEL(log_counts)(const real *x, real *out, long rows, long stride, int normalised) {
    enum { COLUMNS = 16 };
    for (long column = 0; column < stride; column += COLUMNS) {
        real scale[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) scale[c] = 0;
        for (long row = 0; row < rows; row++)
            ELEMENTWISE for (int c = 0; c < COLUMNS; c++) scale[c] += x[row * stride + column + c];
        // A sample without any counts has nothing to be divided.
        for (int c = 0; c < COLUMNS; c++) scale[c] = normalised && scale[c] > 0 ? (real)rows / scale[c] : 1;
        for (long row = 0; row < rows; row++) {
            long i = row * stride + column;
            ELEMENTWISE for (int c = 0; c < COLUMNS; c++) out[i + c] = logarithm(1 + scale[c] * x[i + c]);
        }
    }
}
