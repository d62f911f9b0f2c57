import Kernels

/// Samples of which values are missing, NaN, with 0 in their place: what an encoder reads. Its input needs no gradient.
public final class KnownValues<R: Real>: Layer {
    /// `[rows, stride]`.
    public let output: Activation<R>
    private let input: Activation<R>

    /// Reads samples `[rows, stride]`.
    public init(input: Activation<R>, pass: Pass<R>) {
        precondition(!input.hasGradient, "samples are data")
        self.input = input
        output = Activation(rows: input.rows, pass: pass, hasGradient: false)
    }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        R.knownValues(input.value, into: output.value, count: input.rows * pass.batch.stride)
    }

    public func backward(_ pass: Pass<R>) {}

    public func clearGradients() {}
}
