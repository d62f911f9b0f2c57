import Kernels
import Layers

/// What leads a decision at the start of a split: for each sample the probability with which it should go left.
///
/// Adds `weight · H(target, q)`, the cross-entropy of the inference router's decision, to the loss, as a mean over the samples
/// weighted with the probability of reaching the node. It has a gradient for the router's logit alone, weight · (q − target).
final class DecisionLead<R: Real> {
    /// Probability of going left, `[stride]`.
    let target: Storage<R>
    /// Nats; 0 for no lead.
    var weight = 0.0

    /// For batches of up to `columns` samples.
    init(columns: Int) { target = Storage(count: columns) }

    /// Adds the gradient.
    ///
    /// - Parameters:
    ///   - left: q, `[stride]`.
    ///   - weights: what each sample counts, `[stride]`.
    ///   - scratch: `[stride]`.
    ///   - gradient: of the logit.
    func addGradient(
        left: UnsafePointer<R>, weights: UnsafePointer<R>, scratch: UnsafeMutablePointer<R>,
        gradient: UnsafeMutablePointer<R>, count: Int
    ) {
        guard weight > 0 else { return }
        R.addScaled(left, target.pointer, factor: -1, into: scratch, count: count)
        R.scale(scratch, by: R(weight), count: count)
        R.multiplyAdd(scratch, weights, into: gradient, count: count)
    }
}
