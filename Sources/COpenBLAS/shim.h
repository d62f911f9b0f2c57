#include <cblas.h>
#include <stdbool.h>

/// `c[m, n] = a · b + beta · c`, row-major, of doubles or of floats: `a[m, k]` and `b[k, n]`, or their transposes as they are
/// stored. Rows are `a_step`, `b_step` and `c_step` values apart.
static inline void openblas_multiply(bool doubles, bool transposes_a, bool transposes_b, blasint m, blasint n, blasint k,
                                     const void *a, blasint a_step, const void *b, blasint b_step, double beta, void *c,
                                     blasint c_step) {
    const enum CBLAS_TRANSPOSE of_a = transposes_a ? CblasTrans : CblasNoTrans;
    const enum CBLAS_TRANSPOSE of_b = transposes_b ? CblasTrans : CblasNoTrans;
    if (doubles)
        cblas_dgemm(CblasRowMajor, of_a, of_b, m, n, k, 1, a, a_step, b, b_step, beta, c, c_step);
    else
        cblas_sgemm(CblasRowMajor, of_a, of_b, m, n, k, 1, a, a_step, b, b_step, (float)beta, c, c_step);
}

/// The address of the function that multiplies: it tells the library.
static inline const void *openblas_address(void) { return (const void *)cblas_sgemm; }
