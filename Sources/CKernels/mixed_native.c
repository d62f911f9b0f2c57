// For processors with AVX512-BF16, whatever the other kernels are compiled for: nothing else calls these functions.

#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "mixed.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), \
                             apply_to = function)

#define VECTOR_BYTES 64
#define MULTIPLIES_PAIRS
#define MIXED(name) kernels_mixed_##name##_native
#include "mixed_product.inc.h"

#pragma clang attribute pop
#endif
