import Kernels

/// A value that one layer writes and others read, `[rows, stride]`, with the gradient of the loss beside it.
///
/// `stride` is that of the current batch; memory is held for the largest.
public final class Activation<R: Real> {
    /// Features, or channels times pixels.
    public let rows: Int
    private let values: Storage<R>
    private let gradients: Storage<R>?

    /// An activation of `rows` features, with room for a gradient if asked.
    public init(rows: Int, pass: Pass<R>, hasGradient: Bool) {
        self.rows = rows
        values = Storage(count: rows * pass.capacity)
        gradients = hasGradient ? Storage(count: rows * pass.capacity) : nil
        pass.count(values: rows * (hasGradient ? 2 : 1))
    }

    /// An activation whose gradient overwrites that of `other`: an element-wise layer turns the gradient of
    /// its output into that of its input in place.
    init(sharingGradientOf other: Activation<R>, pass: Pass<R>) {
        rows = other.rows
        values = Storage(count: rows * pass.capacity)
        gradients = other.gradients
        pass.count(values: rows)
    }

    /// `[rows, stride]`.
    public var value: UnsafeMutablePointer<R> { values.pointer }

    /// Whether a gradient is wanted.
    public var hasGradient: Bool { gradients != nil }

    /// `[rows, stride]`; traps if none is held.
    public var gradient: UnsafeMutablePointer<R> {
        guard let gradients else { preconditionFailure("this activation holds no gradient") }
        return gradients.pointer
    }

    /// Sets the gradient of the current batch to zero, before several readers add to it.
    public func zeroGradient(stride: Int) {
        gradient.update(repeating: 0, count: rows * stride)
    }
}
