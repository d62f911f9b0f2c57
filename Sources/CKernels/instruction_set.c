#include "CKernels.h"

// The same distinctions as in vector.inc.h, and what the compiler was told.
#if defined(__AVX512F__)
#define WIDEST "AVX-512"
#elif defined(__AVX2__)
#define WIDEST "AVX2"
#elif defined(__AVX__)
#define WIDEST "AVX"
#else
#define WIDEST "128-bit vectors"
#endif

const char *kernels_instruction_set(void) { return WIDEST " (-march=" KERNELS_MARCH ")"; }

// What was compiled in against what this processor has. These functions use none of it: nothing in them is worth a vector.
const char *kernels_missing_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#if defined(__AVX512F__)
    if (!__builtin_cpu_supports("avx512f")) return "AVX-512F";
#endif
#if defined(__AVX512BW__)
    if (!__builtin_cpu_supports("avx512bw")) return "AVX-512BW";
#endif
#if defined(__AVX512DQ__)
    if (!__builtin_cpu_supports("avx512dq")) return "AVX-512DQ";
#endif
#if defined(__AVX512VL__)
    if (!__builtin_cpu_supports("avx512vl")) return "AVX-512VL";
#endif
#if defined(__AVX2__)
    if (!__builtin_cpu_supports("avx2")) return "AVX2";
#endif
#if defined(__FMA__)
    if (!__builtin_cpu_supports("fma")) return "FMA";
#endif
#if defined(__AVX__)
    if (!__builtin_cpu_supports("avx")) return "AVX";
#endif
#if defined(__SSE4_2__)
    if (!__builtin_cpu_supports("sse4.2")) return "SSE4.2";
#endif
#endif
    return 0;
}

const char *kernels_unused_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#if !defined(__AVX512F__)
    if (__builtin_cpu_supports("avx512f")) return "AVX-512";
#endif
#if !defined(__AVX2__)
    if (__builtin_cpu_supports("avx2")) return "AVX2";
#endif
#endif
    return 0;
}
