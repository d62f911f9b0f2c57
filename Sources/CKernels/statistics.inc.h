// From moments to the numbers that batch normalisation is computed with: a handful per channel.

void KERNEL(batch_statistics)(const double *moments, double count, long channels, double momentum, double epsilon,
                              real *mean, real *inverse_deviation, real *running_mean, real *running_variance) {
    double unbiased = count > 1 ? count / (count - 1) : 1;
    for (long c = 0; c < channels; c++) {
        double deviation = moments[2 * c] / count, average = running_mean[c] + deviation;
        double variance = moments[2 * c + 1] / count - deviation * deviation;
        // Rounding may leave a constant channel a little below zero; NaN stays.
        if (variance < 0) variance = 0;
        mean[c] = (real)average;
        inverse_deviation[c] = (real)(1 / sqrt(variance + epsilon));
        running_mean[c] = (real)(momentum * running_mean[c] + (1 - momentum) * average);
        running_variance[c] = (real)(momentum * running_variance[c] + (1 - momentum) * variance * unbiased);
    }
}

void KERNEL(running_statistics)(const real *running_mean, const real *running_variance, long channels,
                                double epsilon, real *mean, real *inverse_deviation) {
    for (long c = 0; c < channels; c++) {
        mean[c] = running_mean[c];
        inverse_deviation[c] = (real)(1 / sqrt((double)running_variance[c] + epsilon));
    }
}

void KERNEL(split_moments)(const double *moments, double factor, long channels, real *first, real *second) {
    for (long c = 0; c < channels; c++) {
        first[c] = (real)(moments[2 * c] * factor);
        second[c] = (real)(moments[2 * c + 1] * factor);
    }
}
