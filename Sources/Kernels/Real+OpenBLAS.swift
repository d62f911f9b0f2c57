import CKernels
import COpenBLAS

extension Real {
    /// `c[m, n] = a[m, k] · b[k, n]`, row-major, by OpenBLAS: the measure of speed.
    static func multiplyMatrices(
        m: Int, n: Int, k: Int, a: UnsafePointer<Self>, b: UnsafePointer<Self>,
        into c: UnsafeMutablePointer<Self>
    ) {
        _ = singleMatrixThread
        openblas_multiply(type == KERNELS_DOUBLE, blasint(m), blasint(n), blasint(k), a, b, c)
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
