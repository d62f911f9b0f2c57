// Every kernel: its result, its name, its arguments and their declarations, where REAL is the type of an array's values
// and SCALAR that of a single number. To be included with these two and ENTRY defined, which end with this list.

// Vectors
ENTRY(void, add, (x, y, count), const REAL *x, REAL *y, long count)
ENTRY(void, multiply, (a, b, out, count), const REAL *a, const REAL *b, REAL *out, long count)
ENTRY(void, multiply_add, (a, b, out, count), const REAL *a, const REAL *b, REAL *out, long count)
ENTRY(void, scale, (x, factor, count), REAL *x, SCALAR factor, long count)
ENTRY(void, scaled, (x, factor, out, count), const REAL *x, SCALAR factor, REAL *out, long count)
ENTRY(void, add_scaled, (x, y, factor, out, count), const REAL *x, const REAL *y, SCALAR factor, REAL *out, long count)
ENTRY(void, rectified, (x, y, count), const REAL *x, REAL *y, long count)
ENTRY(void, rectified_gradient, (y, dy, dx, count), const REAL *y, const REAL *dy, REAL *dx, long count)
ENTRY(double, sum, (x, count), const REAL *x, long count)
ENTRY(double, dot, (a, b, count), const REAL *a, const REAL *b, long count)
ENTRY(long, count_beyond, (x, bound, count), const REAL *x, SCALAR bound, long count)
ENTRY(void, row_sums, (gradient, channels, pixels, slice, stride, out), const REAL *gradient, long channels,
      long pixels, long slice, long stride, REAL *out)

// Batches
ENTRY(void, gather_bytes, (source, features, indices, columns, stride, scale, out), const uint8_t *source,
      long features, const int32_t *indices, long columns, long stride, SCALAR scale, REAL *out)
ENTRY(void, gather_floats, (source, features, indices, columns, stride, scale, out), const float *source,
      long features, const int32_t *indices, long columns, long stride, SCALAR scale, REAL *out)
ENTRY(void, gather_values, (source, features, indices, columns, stride, scale, out), const REAL *source,
      long features, const int32_t *indices, long columns, long stride, SCALAR scale, REAL *out)
ENTRY(void, transpose, (x, rows, columns, stride, out), const REAL *x, long rows, long columns, long stride, REAL *out)

// Columns
ENTRY(void, gather_columns, (x, rows, stride, places, columns, out_stride, out), const REAL *x, long rows, long stride,
      const int32_t *places, long columns, long out_stride, REAL *out)
ENTRY(void, add_columns, (x, rows, stride, places, columns, out_stride, out), const REAL *x, long rows, long stride,
      const int32_t *places, long columns, long out_stride, REAL *out)

// Products
ENTRY(void, multiply_columns, (weights, output_step, input_step, bias, x, inputs, outputs, stride, adds, out),
      const REAL *weights, long output_step, long input_step, const REAL *bias, const REAL *x, long inputs,
      long outputs, long stride, bool adds, REAL *out)
ENTRY(void, multiply_batches, (dy, x, outputs, features, slice, stride, scratch, out), const REAL *dy, const REAL *x,
      long outputs, long features, long slice, long stride, REAL *scratch, REAL *out)

// Batch normalisation
ENTRY(void, batch_moments, (x, origin, channels, pixels, columns, slice, stride, moments), const REAL *x,
      const REAL *origin, long channels, long pixels, long columns, long slice, long stride, double *moments)
ENTRY(void, normalise, (x, channels, pixels, stride, mean, inverse_deviation, scale, shift, slope, y), const REAL *x,
      long channels, long pixels, long stride, const REAL *mean, const REAL *inverse_deviation, const REAL *scale,
      const REAL *shift, SCALAR slope, REAL *y)
ENTRY(void, normalise_gradient_moments,
      (x, dy, channels, pixels, slice, stride, mean, inverse_deviation, scale, shift, slope, moments, scale_gradient,
       shift_gradient),
      const REAL *x, const REAL *dy, long channels, long pixels, long slice, long stride, const REAL *mean,
      const REAL *inverse_deviation, const REAL *scale, const REAL *shift, SCALAR slope, double *moments,
      REAL *scale_gradient, REAL *shift_gradient)
ENTRY(void, normalise_gradient,
      (x, dy, channels, pixels, columns, stride, mean, inverse_deviation, scale, shift, slope, mean_h, mean_hx, dx),
      const REAL *x, const REAL *dy, long channels, long pixels, long columns, long stride, const REAL *mean,
      const REAL *inverse_deviation, const REAL *scale, const REAL *shift, SCALAR slope, const REAL *mean_h,
      const REAL *mean_hx, REAL *dx)
ENTRY(void, batch_statistics,
      (moments, count, channels, momentum, epsilon, mean, inverse_deviation, running_mean, running_variance),
      const double *moments, double count, long channels, double momentum, double epsilon, REAL *mean,
      REAL *inverse_deviation, REAL *running_mean, REAL *running_variance)
ENTRY(void, running_statistics, (running_mean, running_variance, channels, epsilon, mean, inverse_deviation),
      const REAL *running_mean, const REAL *running_variance, long channels, double epsilon, REAL *mean,
      REAL *inverse_deviation)
ENTRY(void, split_moments, (moments, factor, channels, first, second), const double *moments, double factor,
      long channels, REAL *first, REAL *second)

// Convolution
ENTRY(void, pack_weights, (weights, a, b, positions, swapped, packed), const REAL *weights, long a, long b,
      long positions, bool swapped, REAL *packed)
ENTRY(void, convolve,
      (tap_start, tap_input, tap_position, block_start, block_output, block_input, block_position, blocks,
       input_pixels, output_pixels, weights, bias, input_channels, output_channels, input, output, stride),
      const int32_t *tap_start, const int32_t *tap_input, const int32_t *tap_position, const int32_t *block_start,
      const int32_t *block_output, const int32_t *block_input, const int32_t *block_position, long blocks,
      long input_pixels, long output_pixels, const REAL *weights, const REAL *bias, long input_channels,
      long output_channels, const REAL *input, REAL *output, long stride)
ENTRY(void, convolution_weight_gradient,
      (group_start, groups, pixels, tap_start, tap_other, tap_position, positions, fixed_pixels, listed_pixels,
       fixed_channels, listed_channels, fixed_step, listed_step, fixed, listed, slice, stride, scratch, gradient),
      const int32_t *group_start, long groups, const int32_t *pixels, const int32_t *tap_start,
      const int32_t *tap_other, const int32_t *tap_position, long positions, long fixed_pixels, long listed_pixels,
      long fixed_channels, long listed_channels, long fixed_step, long listed_step, const REAL *fixed,
      const REAL *listed, long slice, long stride, REAL *scratch, REAL *gradient)

// Convolution of many channels
ENTRY(void, winograd_to_small, (geometry, weights, bias, large, small, stride, scratch), kernels_filtering geometry,
      const REAL *weights, const REAL *bias, const REAL *large, REAL *small, long stride, REAL *scratch)
ENTRY(void, winograd_to_large, (geometry, weights, bias, small, large, stride, scratch), kernels_filtering geometry,
      const REAL *weights, const REAL *bias, const REAL *small, REAL *large, long stride, REAL *scratch)
ENTRY(void, winograd_weight_gradient, (geometry, large, small, slice, stride, scratch, gradient),
      kernels_filtering geometry, const REAL *large, const REAL *small, long slice, long stride, REAL *scratch,
      REAL *gradient)

// Resampling
ENTRY(void, mix_pixels, (start, from, weights, channels, input_pixels, output_pixels, input, output, stride),
      const int32_t *start, const int32_t *from, const REAL *weights, long channels, long input_pixels,
      long output_pixels, const REAL *input, REAL *output, long stride)

// Gaussian latents
ENTRY(void, sample_root, (mu, raw, noise, dimensions, stride, epsilon, z, divergence), const REAL *mu, const REAL *raw,
      const REAL *noise, long dimensions, long stride, SCALAR epsilon, REAL *z, REAL *divergence)
ENTRY(void, sample_root_gradient, (mu, raw, noise, dimensions, stride, epsilon, dz, d_divergence, d_mu, d_raw),
      const REAL *mu, const REAL *raw, const REAL *noise, long dimensions, long stride, SCALAR epsilon,
      const REAL *dz, const REAL *d_divergence, REAL *d_mu, REAL *d_raw)
ENTRY(void, sample_posterior, (mu, raw, prior_mu, prior_raw, noise, dimensions, stride, epsilon, z, divergence),
      const REAL *mu, const REAL *raw, const REAL *prior_mu, const REAL *prior_raw, const REAL *noise, long dimensions,
      long stride, SCALAR epsilon, REAL *z, REAL *divergence)
ENTRY(void, sample_posterior_gradient,
      (mu, raw, prior_mu, prior_raw, noise, dimensions, stride, epsilon, dz, d_divergence, d_mu, d_raw, d_prior_mu,
       d_prior_raw),
      const REAL *mu, const REAL *raw, const REAL *prior_mu, const REAL *prior_raw, const REAL *noise, long dimensions,
      long stride, SCALAR epsilon, const REAL *dz, const REAL *d_divergence, REAL *d_mu, REAL *d_raw,
      REAL *d_prior_mu, REAL *d_prior_raw)
ENTRY(void, root_log_ratio, (raw, noise, z, dimensions, stride, epsilon, ratio), const REAL *raw, const REAL *noise,
      const REAL *z, long dimensions, long stride, SCALAR epsilon, REAL *ratio)
ENTRY(void, log_ratio, (raw, prior_mu, prior_raw, noise, z, dimensions, stride, epsilon, ratio), const REAL *raw,
      const REAL *prior_mu, const REAL *prior_raw, const REAL *noise, const REAL *z, long dimensions, long stride,
      SCALAR epsilon, REAL *ratio)

// Routers
ENTRY(void, branch_probabilities, (logit, left, right, count), const REAL *logit, REAL *left, REAL *right, long count)
ENTRY(void, decision_divergence, (posterior_logit, prior_logit, epsilon, divergence, count),
      const REAL *posterior_logit, const REAL *prior_logit, SCALAR epsilon, REAL *divergence, long count)
ENTRY(void, decision_gradient,
      (posterior_logit, prior_logit, epsilon, d_divergence, d_left, d_right, d_posterior_logit, d_prior_logit, count),
      const REAL *posterior_logit, const REAL *prior_logit, SCALAR epsilon, const REAL *d_divergence,
      const REAL *d_left, const REAL *d_right, REAL *d_posterior_logit, REAL *d_prior_logit, long count)
ENTRY(void, clamped_product, (probability, divergence, lower, upper, out, active, count), const REAL *probability,
      const REAL *divergence, SCALAR lower, SCALAR upper, REAL *out, REAL *active, long count)

// Contrastive loss
ENTRY(void, unit_columns, (x, rows, stride, least, unit, inverse_norm), const REAL *x, long rows, long stride,
      SCALAR least, REAL *unit, REAL *inverse_norm)
ENTRY(void, unit_columns_gradient, (unit, inverse_norm, rows, stride, least, along, gradient), const REAL *unit,
      const REAL *inverse_norm, long rows, long stride, SCALAR least, REAL *along, REAL *gradient)
ENTRY(void, place_columns, (x, rows, stride, columns, first, out_stride, out), const REAL *x, long rows, long stride,
      long columns, long first, long out_stride, double *out)
ENTRY(void, narrow, (x, out, count), const double *x, REAL *out, long count)
ENTRY(void, log_denominators, (similarity, views, stride, columns, first, scale, largest, out), REAL *similarity,
      long views, long stride, long columns, long first, SCALAR scale, REAL *largest, REAL *out)
ENTRY(double, contrast_gradient,
      (similarity, views, stride, columns, first, scale, log_denominator, share, factor), REAL *similarity, long views,
      long stride, long columns, long first, SCALAR scale, const REAL *log_denominator, const REAL *share,
      SCALAR factor)

// Likelihoods
ENTRY(void, bernoulli_loss, (logits, target, features, stride, weight, loss, gradient), const REAL *logits,
      const REAL *target, long features, long stride, const REAL *weight, REAL *loss, REAL *gradient)
ENTRY(void, gaussian_loss, (means, target, features, stride, variance, weight, loss, gradient), const REAL *means,
      const REAL *target, long features, long stride, SCALAR variance, const REAL *weight, REAL *loss, REAL *gradient)
ENTRY(void, learned_gaussian_loss,
      (means, raw, target, features, stride, minimum_variance, weight, loss, mean_gradient, raw_gradient),
      const REAL *means, const REAL *raw, const REAL *target, long features, long stride, SCALAR minimum_variance,
      const REAL *weight, REAL *loss, REAL *mean_gradient, REAL *raw_gradient)
ENTRY(void, mixed_loss, (output, target, binary, features, stride, variance, weight, loss, gradient),
      const REAL *output, const REAL *target, const uint8_t *binary, long features, long stride, SCALAR variance,
      const REAL *weight, REAL *loss, REAL *gradient)
ENTRY(void, known_values, (x, out, count), const REAL *x, REAL *out, long count)
ENTRY(void, negative_binomial_loss,
      (logits, log_dispersion, target, features, slice, stride, weight, loss, gradient, scratch, dispersion_gradient),
      const REAL *logits, const REAL *log_dispersion, const REAL *target, long features, long slice, long stride,
      const REAL *weight, REAL *loss, REAL *gradient, double *scratch, REAL *dispersion_gradient)
ENTRY(void, inflated_negative_binomial_loss,
      (logits, zero_logits, log_dispersion, target, features, slice, stride, weight, loss, gradient, zero_gradient,
       scratch, dispersion_gradient),
      const REAL *logits, const REAL *zero_logits, const REAL *log_dispersion, const REAL *target, long features,
      long slice, long stride, const REAL *weight, REAL *loss, REAL *gradient, REAL *zero_gradient, double *scratch,
      REAL *dispersion_gradient)
ENTRY(void, log_counts, (x, out, rows, stride, normalised), const REAL *x, REAL *out, long rows, long stride,
      int normalised)

// Random numbers
ENTRY(void, normals, (key, samples, columns, node, epoch, stream, dimensions, stride, out), uint64_t key,
      const int32_t *samples, long columns, uint32_t node, uint32_t epoch, uint32_t stream, long dimensions,
      long stride, REAL *out)
ENTRY(void, uniforms, (key, tensor, generation, stream, low, high, out, count), uint64_t key, uint32_t tensor,
      uint32_t generation, uint32_t stream, SCALAR low, SCALAR high, REAL *out, long count)

// Optimiser
ENTRY(void, adam,
      (parameters, gradients, first_moment, second_moment, count, step_size, deviation_scale, beta1, beta2, epsilon,
       weight_decay),
      REAL *parameters, const REAL *gradients, REAL *first_moment, REAL *second_moment, long count, SCALAR step_size,
      SCALAR deviation_scale, SCALAR beta1, SCALAR beta2, SCALAR epsilon, SCALAR weight_decay)

#undef ENTRY
#undef SCALAR
#undef REAL
