// Derivations are next to each gradient; "sigma" heads are variances.

void KERNEL(sample_root)(const real *mu, const real *raw, const real *noise, long dimensions, long stride,
                         real epsilon, real *z, real *divergence) {
    real inverse_prior = 1 / (1 + epsilon);
    memset(divergence, 0, (size_t)stride * sizeof(real));
    for (long d = 0; d < dimensions; d++) {
        long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            real variance = softplus(raw[i]).value + epsilon;
            real ratio = variance * inverse_prior;
            z[i] = mu[i] + REAL_SQRT(variance) * noise[i];
            divergence[c] += (real)0.5 * (ratio - 1 - logarithm(ratio) + mu[i] * mu[i] * inverse_prior);
        }
    }
}

void KERNEL(sample_root_gradient)(const real *mu, const real *raw, const real *noise, long dimensions, long stride,
                                  real epsilon, const real *dz, const real *d_divergence, real *d_mu, real *d_raw) {
    real inverse_prior = 1 / (1 + epsilon);
    for (long d = 0; d < dimensions; d++) {
        long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            softened head = softplus(raw[i]);
            real variance = head.value + epsilon;
            real d_variance = (real)0.5 * (dz[i] * noise[i] / REAL_SQRT(variance) +
                                           d_divergence[c] * (inverse_prior - 1 / variance));
            real from_divergence = d_divergence[c] * mu[i] * inverse_prior;
            d_mu[i] = dz[i] + from_divergence;
            d_raw[i] = d_variance * head.slope;
        }
    }
}

// With a = v̂ + ε and b = vₚ + ε: the weight of the bottom-up mean is w = b / (a + b), the combined variance
// v = a w, the combined mean m = priorMu + w (mu - priorMu), and s = v + ε is what is sampled from.

void KERNEL(sample_posterior)(const real *mu, const real *raw, const real *prior_mu, const real *prior_raw,
                              const real *noise, long dimensions, long stride, real epsilon, real *z,
                              real *divergence) {
    memset(divergence, 0, (size_t)stride * sizeof(real));
    for (long d = 0; d < dimensions; d++) {
        long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            real a = softplus(raw[i]).value + epsilon, b = softplus(prior_raw[i]).value + epsilon;
            real weight = b / (a + b);
            real shift = weight * (mu[i] - prior_mu[i]);
            real s = a * weight + epsilon;
            real ratio = s / b;
            z[i] = prior_mu[i] + shift + REAL_SQRT(s) * noise[i];
            divergence[c] += (real)0.5 * (ratio - 1 - logarithm(ratio) + shift * shift / b);
        }
    }
}

// ∂w/∂a = -w / (a + b), ∂w/∂b = (1 - w) / (a + b), ∂v/∂a = w², ∂v/∂b = (1 - w)², and the divergence has its own
// direct derivative in b and in priorMu.

void KERNEL(sample_posterior_gradient)(const real *mu, const real *raw, const real *prior_mu,
                                       const real *prior_raw, const real *noise, long dimensions, long stride,
                                       real epsilon, const real *dz, const real *d_divergence, real *d_mu,
                                       real *d_raw, real *d_prior_mu, real *d_prior_raw) {
    for (long d = 0; d < dimensions; d++) {
        long row = d * stride;
        ELEMENTWISE for (long c = 0; c < stride; c++) {
            long i = row + c;
            softened head = softplus(raw[i]), prior_head = softplus(prior_raw[i]);
            real a = head.value + epsilon, b = prior_head.value + epsilon;
            real inverse_sum = 1 / (a + b), inverse_b = 1 / b;
            real weight = b * inverse_sum, prior_weight = a * inverse_sum;
            real difference = mu[i] - prior_mu[i];
            real shift = weight * difference;
            real s = a * weight + epsilon;
            real scaled_shift = shift * inverse_b;

            real d_mean = dz[i] + d_divergence[c] * scaled_shift;
            real d_s = (real)0.5 * (dz[i] * noise[i] / REAL_SQRT(s) + d_divergence[c] * (inverse_b - 1 / s));
            real d_b_direct = (real)0.5 * d_divergence[c] *
                              (inverse_b - s * inverse_b * inverse_b - scaled_shift * scaled_shift);
            real d_weight = d_mean * difference * inverse_sum;
            real d_a = d_s * weight * weight - d_weight * weight;
            real d_b = d_s * prior_weight * prior_weight + d_weight * prior_weight + d_b_direct;
            real from_divergence = d_divergence[c] * scaled_shift;

            d_mu[i] = d_mean * weight;
            d_prior_mu[i] = d_mean * prior_weight - from_divergence;
            d_raw[i] = d_a * head.slope;
            d_prior_raw[i] = d_b * prior_head.slope;
        }
    }
}
