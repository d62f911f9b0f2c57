import Kernels

/// The end of a residual block: `output = shortcut + factor * branch`.
public final class ResidualSum<R: Real>: Layer {
    /// `[rows, stride]`; the shortcut's output.
    public let output: Activation<R>
    private let base: Activation<R>
    private let branch: Activation<R>
    private let factor: R

    /// - Parameters:
    ///   - shortcut: the layer that stands at the block's start.
    ///   - branch: what the block's layers made of the same input; this layer is its only reader.
    ///   - factor: what the branch counts.
    public init(_ shortcut: Shortcut<R>, branch: Activation<R>, factor: Double) {
        precondition(
            shortcut.output.rows == branch.rows, "a sum of \(shortcut.output.rows) and \(branch.rows) rows")
        output = shortcut.output
        base = shortcut.base
        self.branch = branch
        self.factor = R(factor)
    }

    /// It has no products.
    public func flops(training: Bool) -> Int { 0 }

    public func forward(_ pass: Pass<R>) {
        R.addScaled(
            base.value, branch.value, factor: factor, into: output.value,
            count: output.rows * pass.batch.stride)
    }

    public func backward(_ pass: Pass<R>) {
        R.scaled(
            output.gradient, factor: factor, into: branch.gradient, count: output.rows * pass.batch.stride)
    }

    public func clearGradients() {}
}
