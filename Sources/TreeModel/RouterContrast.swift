import Kernels
import Layers

/// The contrastive term of a node's decisions: NT-Xent of `[q, 1 - q]`, each view weighted by the probability of
/// reaching the node.
final class RouterContrast<R: Real> {
    let loss: ContrastiveLoss<R>
    /// Whether the weights stay those of the last pass.
    var holdsWeights = false
    /// `[2, stride]`: posterior probabilities of the two branches.
    let decisions: Activation<R>

    init(temperature: Double, pass: Pass<R>) {
        decisions = Activation(rows: 2, pass: pass, hasGradient: true)
        loss = ContrastiveLoss(input: decisions, temperature: temperature, pass: pass)
    }

    /// Takes the decisions of a batch.
    ///
    /// - Parameters:
    ///   - topReach: probability of reaching the top node, `[stride]`.
    func load(_ node: NodeNetworks<R>, topReach: UnsafePointer<R>, stride: Int) {
        decisions.value.update(from: node.left.pointer, count: stride)
        (decisions.value + stride).update(from: node.right.pointer, count: stride)
        guard !holdsWeights else { return }
        R.multiply(node.reach.pointer, topReach, into: loss.weights.pointer, count: stride)
    }

    /// Adds the gradients of the two probabilities to the node's.
    func addGradient(to node: NodeNetworks<R>, stride: Int) {
        R.add(decisions.gradient, to: node.leftGradient.pointer, count: stride)
        R.add(decisions.gradient + stride, to: node.rightGradient.pointer, count: stride)
    }
}
