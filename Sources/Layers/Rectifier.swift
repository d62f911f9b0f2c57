import Kernels

/// `y = max(0, x)`, in the place of its input, which nobody reads otherwise.
public final class Rectifier<R: Real>: Layer {
    /// `[rows, stride]`; what it reads.
    public let output: Activation<R>

    /// A rectifier of `input`, whose only reader it is.
    public init(_ input: Activation<R>) { output = input }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        R.rectified(output.value, into: output.value, count: output.rows * pass.batch.stride)
    }

    public func backward(_ pass: Pass<R>) {
        R.rectifiedGradient(
            output.value, output.gradient, into: output.gradient, count: output.rows * pass.batch.stride)
    }

    public func clearGradients() {}
}
