import Kernels

/// The rows of two activations, one below the other: a latent and covariates, of which only the first has a gradient.
public final class Joined<R: Real>: Layer {
    /// `[rows of both, stride]`.
    public let output: Activation<R>
    private let upper: Activation<R>
    private let lower: Activation<R>

    /// - Parameters:
    ///   - upper: others may read it too: backward adds to its gradient, if it has one.
    ///   - lower: data.
    public init(_ upper: Activation<R>, above lower: Activation<R>, pass: Pass<R>) {
        precondition(!lower.hasGradient, "covariates are data")
        self.upper = upper
        self.lower = lower
        output = Activation(rows: upper.rows + lower.rows, pass: pass, hasGradient: upper.hasGradient)
    }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        let stride = pass.batch.stride
        output.value.update(from: upper.value, count: upper.rows * stride)
        (output.value + upper.rows * stride).update(from: lower.value, count: lower.rows * stride)
    }

    public func backward(_ pass: Pass<R>) {
        guard upper.hasGradient else { return }
        R.add(output.gradient, to: upper.gradient, count: upper.rows * pass.batch.stride)
    }

    public func clearGradients() {}
}
