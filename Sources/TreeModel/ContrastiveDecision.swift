import Kernels
import Layers

/// The contrastive term of a node's decisions (paper 2.6): NT-Xent of `[q, 1 - q]`, each view weighted by the
/// probability of reaching the node.
final class ContrastiveDecision<R: Real> {
    let loss: ContrastiveLoss<R>
    /// Whether the weights stay those of the last pass.
    var holdsWeights = false
    /// `[2, stride]`: posterior probabilities of the two branches.
    let probabilities: Activation<R>

    init(temperature: Double, pass: Pass<R>) {
        probabilities = Activation(rows: 2, pass: pass, hasGradient: true)
        loss = ContrastiveLoss(input: probabilities, temperature: temperature, pass: pass)
    }

    /// Takes the decisions of a batch.
    ///
    /// - Parameters:
    ///   - reach: probability of reaching the node from the top, `[stride]`.
    ///   - topReach: probability of reaching the top node, `[stride]`.
    func load(
        left: Activation<R>, right: Activation<R>, reach: UnsafePointer<R>, topReach: UnsafePointer<R>,
        stride: Int
    ) {
        probabilities.value.update(from: left.value, count: stride)
        (probabilities.value + stride).update(from: right.value, count: stride)
        guard !holdsWeights else { return }
        R.multiply(reach, topReach, into: loss.weights.pointer, count: stride)
    }

    /// Adds the gradients of the two probabilities, which the evaluation of the loss has left.
    func addGradient(left: Activation<R>, right: Activation<R>, stride: Int) {
        R.add(probabilities.gradient, to: left.gradient, count: stride)
        R.add(probabilities.gradient + stride, to: right.gradient, count: stride)
    }
}
