import Kernels

/// A value that one layer writes and others read, `[rows, stride]`, with the gradient of the loss beside it.
///
/// `stride` is that of the current batch; memory is held for the largest. Most of a model's memory are activations,
/// and most of a step's time goes into moving them, so they share memory where they can.
public final class Activation<R: Real> {
    /// Features, or channels times pixels.
    public let rows: Int
    private let values: SharedBuffer<R>
    private let gradients: SharedBuffer<R>?

    /// Where the gradient of an activation lies.
    public enum Gradient {
        /// There is none.
        case none
        /// In memory of its own.
        case separate
        /// Over the values: backward reads these no more once it knows the gradient.
        case overValues
        /// In a buffer shared with gradients of which only one at a time is of use.
        case shared(SharedBuffer<R>)
    }

    /// An activation of `rows` features, with memory for a gradient if asked.
    public convenience init(rows: Int, pass: Pass<R>, hasGradient: Bool) {
        self.init(rows: rows, pass: pass, gradient: hasGradient ? .separate : .none)
    }

    /// - Parameter isTransient: whether the values are read at once and then never again, so that all such
    ///   activations of a model lie in the same place.
    init(rows: Int, isTransient: Bool = false, pass: Pass<R>, gradient: Gradient) {
        self.rows = rows
        values = isTransient ? pass.transientValues : pass.newBuffer()
        values.reserve(rows: rows, pass: pass)
        switch gradient {
        case .none: gradients = nil
        case .separate:
            let buffer = pass.newBuffer()
            buffer.reserve(rows: rows, pass: pass)
            gradients = buffer
        case .overValues: gradients = values
        case .shared(let buffer):
            buffer.reserve(rows: rows, pass: pass)
            gradients = buffer
        }
    }

    /// `[rows, stride]`.
    public var value: UnsafeMutablePointer<R> { values.pointer }

    /// Whether ``value`` still is this activation's, though others share its buffer: none of them has written there
    /// since ``claimBuffer()``.
    var holdsBuffer: Bool { values.holder == ObjectIdentifier(self) }

    /// Says that ``value`` will be this activation's, and no longer that of another in the same buffer.
    func claimBuffer() { values.holder = ObjectIdentifier(self) }

    /// Whether a gradient is wanted.
    public var hasGradient: Bool { gradients != nil }

    /// `[rows, stride]`; traps if none is held.
    public var gradient: UnsafeMutablePointer<R> {
        guard let gradients else { preconditionFailure("this activation holds no gradient") }
        return gradients.pointer
    }

    /// Sets the gradient of the current batch to zero, before several readers add to it.
    public func zeroGradient(stride: Int) {
        gradient.clear(count: rows * stride)
    }
}
