void KERNEL(branch_probabilities)(const real *logit, real *left, real *right, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) {
        branches q = branch(logit[i]);
        left[i] = q.left;
        right[i] = q.right;
    }
}

void KERNEL(decision_divergence)(const real *posterior_logit, const real *prior_logit, real epsilon,
                                 real *divergence, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) {
        branches q = branch(posterior_logit[i]), p = branch(prior_logit[i]);
        divergence[i] = q.left * logarithm(epsilon + q.left / (p.left + epsilon)) +
                        q.right * logarithm(epsilon + q.right / (p.right + epsilon));
    }
}

// With A = q / (p + ε): ∂/∂q of q ln(ε + A) is ln(ε + A) + A / (ε + A), ∂/∂p is -A² / (ε + A); the other branch
// is the same in the complements, so its derivatives come with the opposite sign.

void KERNEL(decision_gradient)(const real *posterior_logit, const real *prior_logit, real epsilon,
                               const real *d_divergence, const real *d_left, const real *d_right,
                               real *d_posterior_logit, real *d_prior_logit, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) {
        branches q = branch(posterior_logit[i]), p = branch(prior_logit[i]);
        real a = q.left / (p.left + epsilon), b = q.right / (p.right + epsilon);
        real share_a = a / (epsilon + a), share_b = b / (epsilon + b);
        real by_q = logarithm(epsilon + a) + share_a - logarithm(epsilon + b) - share_b;
        real by_p = b * share_b - a * share_a;
        real d_posterior = (d_divergence[i] * by_q + d_left[i] - d_right[i]) * (q.left * q.right);
        real d_prior = d_divergence[i] * by_p * (p.left * p.right);
        d_posterior_logit[i] = d_posterior;
        d_prior_logit[i] = d_prior;
    }
}

// A NaN is neither below nor above a bound: it passes through and stays active.

void KERNEL(clamped_product)(const real *probability, const real *divergence, real lower, real upper, real *out,
                             real *active, long count) {
    ELEMENTWISE for (long i = 0; i < count; i++) {
        real product = probability[i] * divergence[i];
        real raised = product < lower ? lower : product;
        out[i] = raised > upper ? upper : raised;
        active[i] = product < lower || product > upper ? 0 : 1;
    }
}
