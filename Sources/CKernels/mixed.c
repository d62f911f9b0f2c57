// The products in bfloat16 for every processor, and the choice between these and those of mixed_native.c.

#include "mixed.h"

#define MIXED(name) kernels_mixed_##name##_emulated
#include "mixed_product.inc.h"

bool kernels_multiplies_pairs(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

void kernels_mixed_multiply_columns(bool pairs, const float *weights, long output_step, long input_step,
                                    const float *bias, const float *x, long inputs, long outputs, long stride, bool adds,
                                    float *scratch, float *out) {
#if defined(__x86_64__)
    if (pairs) {
        kernels_mixed_multiply_columns_native(weights, output_step, input_step, bias, x, inputs, outputs, stride, adds,
                                              scratch, out);
        return;
    }
#endif
    kernels_mixed_multiply_columns_emulated(weights, output_step, input_step, bias, x, inputs, outputs, stride, adds,
                                            scratch, out);
}

void kernels_mixed_multiply_batches(bool pairs, const float *dy, const float *x, long outputs, long features, long slice,
                                    long stride, float *scratch, float *out) {
#if defined(__x86_64__)
    if (pairs) {
        kernels_mixed_multiply_batches_native(dy, x, outputs, features, slice, stride, scratch, out);
        return;
    }
#endif
    kernels_mixed_multiply_batches_emulated(dy, x, outputs, features, slice, stride, scratch, out);
}
