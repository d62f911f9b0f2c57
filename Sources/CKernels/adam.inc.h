void KERNEL(adam)(real *parameters, const real *gradients, real *first_moment, real *second_moment, long count,
                  real step_size, real deviation_scale, real beta1, real beta2, real epsilon, real weight_decay) {
    real rest1 = 1 - beta1, rest2 = 1 - beta2;
    ELEMENTWISE for (long i = 0; i < count; i++) {
        real g = gradients[i] + weight_decay * parameters[i];
        real m = beta1 * first_moment[i] + rest1 * g;
        real v = beta2 * second_moment[i] + rest2 * g * g;
        first_moment[i] = m;
        second_moment[i] = v;
        parameters[i] -= step_size * m / (REAL_SQRT(v) * deviation_scale + epsilon);
    }
}
