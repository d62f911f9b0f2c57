#pragma once

#include <stdbool.h>

// The two ways of the products in bfloat16, between which mixed.c chooses.

#define DECLARE_MIXED(way)                                                                                           \
    void kernels_mixed_multiply_columns_##way(const float *weights, long output_step, long input_step,               \
                                              const float *bias, const float *x, long inputs, long outputs,          \
                                              long stride, bool adds, float *scratch, float *out);                   \
    void kernels_mixed_multiply_batches_##way(const float *dy, const float *x, long outputs, long features,          \
                                              long slice, long stride, float *scratch, float *out);

DECLARE_MIXED(native)
DECLARE_MIXED(emulated)
