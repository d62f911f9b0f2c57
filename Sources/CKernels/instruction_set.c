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
