#include "CKernels.h"

// Arithmetic with denormal numbers takes a hundred and more cycles on Intel's processors. The control register belongs
// to a thread, and a new thread inherits its creator's: setting it while the program is loaded, before there is a second
// thread, reaches every thread.

#if defined(__x86_64__)
#include <xmmintrin.h>

enum { FLUSH = 0x8040 };  // flush to zero, and denormals are zero

int kernels_flushes_denormals(void) { return (_mm_getcsr() & FLUSH) == FLUSH; }

void kernels_set_flushing(int flushes) { _mm_setcsr(flushes ? _mm_getcsr() | FLUSH : _mm_getcsr() & ~(unsigned)FLUSH); }

#elif defined(__aarch64__)

static const uint64_t FLUSH = 1u << 24;  // FZ: inputs and results

static uint64_t control(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}

int kernels_flushes_denormals(void) { return (control() & FLUSH) == FLUSH; }

void kernels_set_flushing(int flushes) {
    uint64_t value = flushes ? control() | FLUSH : control() & ~FLUSH;
    __asm__ volatile("msr fpcr, %0" : : "r"(value));
}

#else
#error "which flag takes denormal numbers for zero on this processor?"
#endif

__attribute__((constructor)) static void flush_from_the_start(void) { kernels_set_flushing(1); }
