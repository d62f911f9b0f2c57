// log p(z) - log q(z) of the sampled latents, summed over dimensions: what importance weights are made of. With the
// names of gaussian.inc.h, ½ Σ [ln(s / b) + noise² - (z - prior mean)² / b].

void KERNEL(root_log_ratio)(const real *raw, const real *noise, const real *z, long dimensions, long stride,
                            real epsilon, real *ratio) {
    const real inverse_prior = 1 / (1 + epsilon);
    memset(ratio, 0, (size_t)stride * sizeof(real));
    for (long d = 0; d < dimensions; d++) {
        const long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            real s = softplus(raw[i]).value + epsilon;
            ratio[c] += (real)0.5 * (logarithm(s * inverse_prior) + noise[i] * noise[i] - z[i] * z[i] * inverse_prior);
        }
    }
}

void KERNEL(log_ratio)(const real *raw, const real *prior_mu, const real *prior_raw, const real *noise, const real *z,
                       long dimensions, long stride, real epsilon, real *ratio) {
    memset(ratio, 0, (size_t)stride * sizeof(real));
    for (long d = 0; d < dimensions; d++) {
        const long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            real a = softplus(raw[i]).value + epsilon, b = softplus(prior_raw[i]).value + epsilon;
            real s = a * (b / (a + b)) + epsilon, difference = z[i] - prior_mu[i];
            ratio[c] += (real)0.5 * (logarithm(s / b) + noise[i] * noise[i] - difference * difference / b);
        }
    }
}
