#include <cblas.h>
#include <stdbool.h>

/// `c[m, n] = a[m, k] · b[k, n]`, row-major, of doubles or of floats.
static inline void openblas_multiply(bool doubles, blasint m, blasint n, blasint k, const void *a, const void *b,
                                     void *c) {
    if (doubles)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
