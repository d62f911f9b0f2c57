import Kernels

extension Real {
    /// ε of the reference implementations, added to variances and probabilities.
    static var epsilon: Self { 1e-7 }
}
