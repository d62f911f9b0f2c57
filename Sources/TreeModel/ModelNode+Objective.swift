import Kernels
import Layers

// A node's part of the negative ELBO (paper 2.4), forward beside backward.
extension ModelNode {
    /// The node's part, of the batch into ``terms``, of each sample added to the batch's. Follows the routers and the
    /// decoder.
    ///
    /// - Parameters:
    ///   - weights: what each sample that reaches the node counts.
    ///   - negativeELBO: of each sample of the batch, `[stride]`.
    func evaluate(
        weights: SampleWeights<R>, rules: ObjectiveRules, addingTo negativeELBO: UnsafeMutablePointer<R>
    ) {
        terms = LossTerms()
        guard !isSkipped else { return }
        let stride = pass.batch.stride
        if let posterior {
            // KL_root, or a summand of KL_nodes. The reference also holds the batch's sum within [−10, 1e10], which a
            // sum of KLs that are held within [−1, 1000] cannot leave.
            let bounds: ClosedRange<R> = rules.clampsDivergence ? -1...1000 : -R.infinity...R.infinity
            let divergence = posterior.weightedDivergence(reach: reach.local, bounds: bounds)
            let mean = R.dot(divergence, weights.divergence.pointer, count: stride)
            if place.parent == nil { terms.klRoot = mean } else { terms.klNodes = mean }
            add(divergence, to: negativeELBO)
        }
        if let decision {
            // A summand of KL_decisions.
            let divergence = decision.weightedDivergence(reach: reach.local)
            terms.klDecisions = R.dot(divergence, weights.divergence.pointer, count: stride)
            add(divergence, to: negativeELBO)
        }
        if let leaf {
            // A summand of the reconstruction loss, eq. 15.
            terms.reconstruction = leaf.weightedLoss
            if let selection {
                let loss = pass.scratch(stride)
                R.multiply(reach.local.value, leaf.loss.pointer, into: loss, count: stride)
                selection.inBatch.add(loss, rows: 1, to: negativeELBO)
            } else {
                R.multiplyAdd(
                    reach.local.value, leaf.loss.pointer, into: negativeELBO, count: stride)
            }
        }
    }

    /// Adds a value of each sample that reaches the node, `[stride]`, to the batch's.
    private func add(_ values: UnsafePointer<R>, to batch: UnsafeMutablePointer<R>) {
        if let selection {
            selection.inBatch.add(values, rows: 1, to: batch)
        } else {
            R.add(values, to: batch, count: pass.batch.stride)
        }
    }

    /// Backward of ``evaluate(weights:rules:addingTo:)`` and of the way that samples take: the gradient of ``reach``,
    /// and through it those of the KLs and of both routers' logits. Follows that of the children.
    func backward(weights: SampleWeights<R>) {
        guard !isSkipped else { return }
        posterior?.weightedDivergenceGradient(reach: reach.local, weights: weights.annealed.pointer)
        decision?.weightedDivergenceGradient(reach: reach.local, weights: weights.annealed.pointer)
        leaf?.weightedLossGradient(reach: reach.local, weights: weights.reconstruction.pointer)
        reachChildrenGradient()
        decision?.decideGradient(weights: weights.divergence.pointer)
    }
}
