// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import COpenBLAS

extension Float {
    public static func multiplyMatrices(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
        a: UnsafePointer<Self>, leadingA: Int, b: UnsafePointer<Self>, leadingB: Int,
        beta: Self, c: UnsafeMutablePointer<Self>, leadingC: Int
    ) {
        _ = singleMatrixThread
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), alpha, a, blasint(leadingA), b, blasint(leadingB), beta, c,
            blasint(leadingC))
    }
}

extension Double {
    public static func multiplyMatrices(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self,
        a: UnsafePointer<Self>, leadingA: Int, b: UnsafePointer<Self>, leadingB: Int,
        beta: Self, c: UnsafeMutablePointer<Self>, leadingC: Int
    ) {
        _ = singleMatrixThread
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), alpha, a, blasint(leadingA), b, blasint(leadingB), beta, c,
            blasint(leadingC))
    }
}

/// Sets how many threads a matrix product may use; without a call it is one, since ranks fill the cores.
public func setMatrixThreads(_ n: Int) {
    _ = singleMatrixThread
    openblas_set_num_threads(Int32(n))
}

/// The name of the processor whose kernels OpenBLAS uses here, detected or from `OPENBLAS_CORETYPE`.
func matrixKernelsName() -> String {
    String(cString: openblas_get_corename())
}

/// OpenBLAS starts with a thread for every core; the first touch of this takes it down to one, once.
private let singleMatrixThread: Void = openblas_set_num_threads(1)
