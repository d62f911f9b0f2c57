import Kernels

/// A value that one layer writes and others read, `[rows, stride]`, with the gradient of the loss beside it.
///
/// `stride` is that of the current batch; memory is held for the largest. Most of a model's memory are activations,
/// and most of a step's time goes into moving them, so they share memory where they can.
public final class Activation<R: Real> {
    /// Features, or channels times pixels.
    public let rows: Int
    /// Own values; nil if they lie in the pass's room for passing values.
    private let values: Storage<R>?
    private let gradients: Storage<R>?
    private let pass: Pass<R>

    /// What the gradient of an activation overwrites.
    enum Gradient {
        /// There is none.
        case none
        /// Nothing: it has memory of its own.
        case separate
        /// The values, of which backward has no need.
        case overValues
    }

    private init(rows: Int, values: Storage<R>?, gradients: Storage<R>?, pass: Pass<R>) {
        self.rows = rows
        self.values = values
        self.gradients = gradients
        self.pass = pass
    }

    /// An activation of `rows` features, with room for a gradient if asked.
    public convenience init(rows: Int, pass: Pass<R>, hasGradient: Bool) {
        self.init(rows: rows, pass: pass, gradient: hasGradient ? .separate : .none)
    }

    convenience init(rows: Int, pass: Pass<R>, gradient: Gradient) {
        let values = Storage<R>(count: rows * pass.capacity)
        let gradients: Storage<R>? =
            switch gradient {
            case .none: nil
            case .separate: Storage<R>(count: rows * pass.capacity)
            case .overValues: values
            }
        pass.count(values: rows * (gradient == .separate ? 2 : 1))
        self.init(rows: rows, values: values, gradients: gradients, pass: pass)
    }

    /// An activation whose gradient overwrites that of `other`: an element-wise layer turns the gradient of
    /// its output into that of its input in place.
    ///
    /// - Parameter isPassing: whether its values are read at once and then never again, so that all such
    ///   activations of a model lie in the same place.
    convenience init(sharingGradientOf other: Activation<R>, isPassing: Bool, pass: Pass<R>) {
        if isPassing {
            pass.reserve(passingRows: other.rows)
        } else {
            pass.count(values: other.rows)
        }
        self.init(
            rows: other.rows, values: isPassing ? nil : Storage(count: other.rows * pass.capacity),
            gradients: other.gradients, pass: pass)
    }

    /// `[rows, stride]`.
    public var value: UnsafeMutablePointer<R> { values?.pointer ?? pass.passingValues }

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
