// Declarations for one type; included by CKernels.h with REAL and KERNEL defined.

// Vectors
void KERNEL(add)(const REAL *x, REAL *y, long count);
void KERNEL(multiply)(const REAL *a, const REAL *b, REAL *out, long count);
void KERNEL(multiply_add)(const REAL *a, const REAL *b, REAL *out, long count);
void KERNEL(scale)(REAL *x, REAL factor, long count);
double KERNEL(sum)(const REAL *x, long count);
double KERNEL(dot)(const REAL *a, const REAL *b, long count);
void KERNEL(row_sums)(const REAL *gradient, long channels, long pixels, long slice, long stride, REAL *out);

// Batches
void KERNEL(gather_bytes)(const uint8_t *source, long features, const int32_t *indices, long columns, long stride,
                          REAL scale, REAL *out);
void KERNEL(gather_floats)(const float *source, long features, const int32_t *indices, long columns, long stride,
                           REAL scale, REAL *out);

void KERNEL(gather_values)(const REAL *source, long features, const int32_t *indices, long columns, long stride,
                           REAL scale, REAL *out);
void KERNEL(transpose)(const REAL *x, long rows, long columns, long stride, REAL *out);

// Columns
void KERNEL(gather_columns)(const REAL *x, long rows, long stride, const int32_t *places, long columns,
                            long out_stride, REAL *out);
void KERNEL(add_columns)(const REAL *x, long rows, long stride, const int32_t *places, long columns, long out_stride,
                         REAL *out);

// Matrix products
void KERNEL(multiply_columns)(const REAL *weights, long output_step, long input_step, const REAL *bias, const REAL *x,
                              long inputs, long outputs, long stride, int added, REAL *out);
void KERNEL(multiply_batches)(const REAL *dy, const REAL *x, long outputs, long features, long slice, long stride,
                              REAL *scratch, REAL *out);

// Batch normalisation
void KERNEL(batch_statistics)(const double *moments, double count, long channels, double momentum, double epsilon,
                              REAL *mean, REAL *inverse_deviation, REAL *running_mean, REAL *running_variance);
void KERNEL(running_statistics)(const REAL *running_mean, const REAL *running_variance, long channels,
                                double epsilon, REAL *mean, REAL *inverse_deviation);
void KERNEL(split_moments)(const double *moments, double factor, long channels, REAL *first, REAL *second);
void KERNEL(batch_moments)(const REAL *x, const REAL *origin, long channels, long pixels, long columns, long slice,
                           long stride, double *moments);
void KERNEL(normalise)(const REAL *x, long channels, long pixels, long stride, const REAL *mean,
                       const REAL *inverse_deviation, const REAL *scale, const REAL *shift, REAL slope, REAL *y);
void KERNEL(normalise_gradient_moments)(const REAL *x, const REAL *dy, long channels, long pixels, long slice,
                                        long stride, const REAL *mean, const REAL *inverse_deviation,
                                        const REAL *scale, const REAL *shift, REAL slope, double *moments,
                                        REAL *scale_gradient, REAL *shift_gradient);
void KERNEL(normalise_gradient)(const REAL *x, const REAL *dy, long channels, long pixels, long columns, long stride,
                                const REAL *mean, const REAL *inverse_deviation, const REAL *scale, const REAL *shift,
                                REAL slope, const REAL *mean_h, const REAL *mean_hx, REAL *dx);

// Convolution
void KERNEL(pack_weights)(const REAL *weights, long a, long b, long positions, int swapped, REAL *packed);
void KERNEL(convolve)(const int32_t *tap_start, const int32_t *tap_input, const int32_t *tap_position,
                      const int32_t *block_start, const int32_t *block_output, const int32_t *block_input,
                      const int32_t *block_position, long blocks, long input_pixels, long output_pixels,
                      const REAL *weights, const REAL *bias, long input_channels, long output_channels,
                      const REAL *input, REAL *output, long stride);
void KERNEL(convolution_weight_gradient)(const int32_t *group_start, long groups, const int32_t *pixels,
                                         const int32_t *tap_start, const int32_t *tap_other,
                                         const int32_t *tap_position, long positions, long fixed_pixels,
                                         long listed_pixels, long fixed_channels, long listed_channels,
                                         long fixed_step, long listed_step, const REAL *fixed, const REAL *listed,
                                         long slice, long stride, REAL *scratch, REAL *gradient);

// Convolution of many channels by minimal filtering
void KERNEL(winograd_to_small)(const kernels_filtering *geometry, const REAL *weights, const REAL *bias,
                               const REAL *large, REAL *small, long stride, REAL *scratch);
void KERNEL(winograd_to_large)(const kernels_filtering *geometry, const REAL *weights, const REAL *bias,
                               const REAL *small, REAL *large, long stride, REAL *scratch);
void KERNEL(winograd_weight_gradient)(const kernels_filtering *geometry, const REAL *large, const REAL *small,
                                      long slice, long stride, REAL *scratch, REAL *gradient);

// Resampling
void KERNEL(mix_pixels)(const int32_t *start, const int32_t *from, const REAL *weights, long channels,
                        long input_pixels, long output_pixels, const REAL *input, REAL *output, long stride);
void KERNEL(add_scaled)(const REAL *x, const REAL *y, REAL factor, REAL *out, long count);
void KERNEL(scaled)(const REAL *x, REAL factor, REAL *out, long count);

// Gaussian latents
void KERNEL(sample_root)(const REAL *mu, const REAL *raw, const REAL *noise, long dimensions, long stride,
                         REAL epsilon, REAL *z, REAL *divergence);
void KERNEL(sample_root_gradient)(const REAL *mu, const REAL *raw, const REAL *noise, long dimensions, long stride,
                                  REAL epsilon, const REAL *dz, const REAL *d_divergence, REAL *d_mu, REAL *d_raw);
void KERNEL(sample_posterior)(const REAL *mu, const REAL *raw, const REAL *prior_mu, const REAL *prior_raw,
                              const REAL *noise, long dimensions, long stride, REAL epsilon, REAL *z,
                              REAL *divergence);
void KERNEL(sample_posterior_gradient)(const REAL *mu, const REAL *raw, const REAL *prior_mu,
                                       const REAL *prior_raw, const REAL *noise, long dimensions, long stride,
                                       REAL epsilon, const REAL *dz, const REAL *d_divergence, REAL *d_mu,
                                       REAL *d_raw, REAL *d_prior_mu, REAL *d_prior_raw);

void KERNEL(root_log_ratio)(const REAL *raw, const REAL *noise, const REAL *z, long dimensions, long stride,
                            REAL epsilon, REAL *ratio);
void KERNEL(log_ratio)(const REAL *raw, const REAL *prior_mu, const REAL *prior_raw, const REAL *noise, const REAL *z,
                       long dimensions, long stride, REAL epsilon, REAL *ratio);

// Routers
void KERNEL(branch_probabilities)(const REAL *logit, REAL *left, REAL *right, long count);
void KERNEL(decision_divergence)(const REAL *posterior_logit, const REAL *prior_logit, REAL epsilon,
                                 REAL *divergence, long count);
void KERNEL(decision_gradient)(const REAL *posterior_logit, const REAL *prior_logit, REAL epsilon,
                               const REAL *d_divergence, const REAL *d_left, const REAL *d_right,
                               REAL *d_posterior_logit, REAL *d_prior_logit, long count);
void KERNEL(clamped_product)(const REAL *probability, const REAL *divergence, REAL lower, REAL upper, REAL *out,
                             REAL *active, long count);

// Contrastive loss
void KERNEL(unit_columns)(const REAL *x, long rows, long stride, REAL least, REAL *unit, REAL *inverse_norm);
void KERNEL(unit_columns_gradient)(const REAL *unit, const REAL *inverse_norm, long rows, long stride, REAL least,
                                   REAL *along, REAL *gradient);
void KERNEL(place_columns)(const REAL *x, long rows, long stride, long columns, long first, long out_stride,
                           double *out);
void KERNEL(narrow)(const double *x, REAL *out, long count);
void KERNEL(log_denominators)(REAL *similarity, long views, long stride, long columns, long first, REAL scale,
                              REAL *largest, REAL *out);
double KERNEL(contrast_gradient)(REAL *similarity, long views, long stride, long columns, long first, REAL scale,
                                 const REAL *log_denominator, const REAL *share, REAL factor);

// Likelihood
void KERNEL(bernoulli_loss)(const REAL *logits, const REAL *target, long features, long stride, const REAL *weight,
                            REAL *loss, REAL *gradient);

void KERNEL(gaussian_loss)(const REAL *means, const REAL *target, long features, long stride, REAL variance,
                           const REAL *weight, REAL *loss, REAL *gradient);
void KERNEL(learned_gaussian_loss)(const REAL *means, const REAL *raw, const REAL *target, long features, long stride,
                                   REAL minimum_variance, const REAL *weight, REAL *loss, REAL *mean_gradient,
                                   REAL *raw_gradient);
void KERNEL(negative_binomial_loss)(const REAL *logits, const REAL *log_dispersion, const REAL *target, long features,
                                    long slice, long stride, const REAL *weight, REAL *loss, REAL *gradient,
                                    double *scratch, REAL *dispersion_gradient);
void KERNEL(log_counts)(const REAL *x, REAL *out, long count);

// Random numbers
void KERNEL(normals)(uint64_t key, const int32_t *samples, long columns, uint32_t node, uint32_t epoch,
                     uint32_t stream, long dimensions, long stride, REAL *out);
void KERNEL(uniforms)(uint64_t key, uint32_t tensor, uint32_t generation, uint32_t stream, REAL low, REAL high,
                      REAL *out, long count);

// Optimiser
void KERNEL(adam)(REAL *parameters, const REAL *gradients, REAL *first_moment, REAL *second_moment, long count,
                  REAL step_size, REAL deviation_scale, REAL beta1, REAL beta2, REAL epsilon, REAL weight_decay);
