import Kernels

/// One step of a network. A layer is wired to its input when it is built; forward stands beside backward.
///
/// Generic code that is called through a protocol or from another module is compiled once for all scalars, and asks for
/// their sizes and methods at every turn: a percent or two of a step. Where training comes by often it is compiled
/// for `Float` too (`@specialized`), with all that it calls in its module.
public protocol Layer<R>: AnyObject {
    /// The scalar it computes in.
    associatedtype R: Real
    /// What it writes.
    var output: Activation<R> { get }
    /// Floating-point operations of its products for one sample: forward, and if `training` backward too.
    func flops(training: Bool) -> Int
    /// Computes ``output`` from the input.
    func forward(_ pass: Pass<R>)
    /// From the gradient of ``output``: writes the gradients of its parameters, and writes that of its
    /// input (or adds to it, where the layer was told that others read the same input).
    func backward(_ pass: Pass<R>)
    /// Sets the gradients of its parameters to zero, which is what ``backward(_:)`` would find on no samples.
    func clearGradients()
}

/// What a layer does with the gradient of its input.
public enum InputGradient: Sendable {
    /// The input needs none.
    case none
    /// This layer is the only reader.
    case written
    /// Others read the same input; it is zero before the first of them.
    case added
}
