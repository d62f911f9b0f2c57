import Kernels

/// `ln(1 + x)` of counts, which spread over orders of magnitude: what an encoder reads in their place. Its input needs
/// no gradient.
public final class LogCounts<R: Real>: Layer {
    /// `[rows, stride]`.
    public let output: Activation<R>
    private let input: Activation<R>
    private let features: Int
    private let isNormalised: Bool

    /// Reads counts `[rows, stride]`.
    ///
    /// - Parameters:
    ///   - features: rows of counts; those behind them are covariates, which stay as they are but for the logarithm.
    ///   - isNormalised: whether counts are divided by the mean of their sample before.
    public init(input: Activation<R>, features: Int, isNormalised: Bool, pass: Pass<R>) {
        precondition(!input.hasGradient, "counts are data")
        self.input = input
        self.features = features
        self.isNormalised = isNormalised
        output = Activation(rows: input.rows, pass: pass, hasGradient: false)
    }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        let stride = pass.batch.stride
        R.logCounts(
            input.value, into: output.value, rows: features, stride: stride, normalised: isNormalised)
        R.logCounts(
            input.value + features * stride, into: output.value + features * stride,
            rows: input.rows - features, stride: stride, normalised: false)
    }

    public func backward(_ pass: Pass<R>) {}

    public func clearGradients() {}
}
