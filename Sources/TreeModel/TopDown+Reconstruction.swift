import Kernels
import Layers

extension TopDown {
    /// What the samples lose under each leaf; in training, also the gradients of all decoders and of the leaves' z.
    ///
    /// Nothing but the probability of a leaf, which is known, ties its decoder to the others. So the decoders take
    /// turns: each goes forward, meets the likelihood and comes back before the next begins, in memory that all of them
    /// share and that the cache still holds. Several go side by side where there are several ranks: while the batch-norm
    /// moments of one are on their way to the others, the next computes. With few samples on a rank there are more, and
    /// one exchange serves half of them.
    ///
    /// - Parameter images: the targets, `[features, stride]`.
    public func reconstruct(_ images: Activation<R>, _ pass: Pass<R>) throws {
        setWeights(pass)
        let isTraining = pass.mode == .training
        if isTraining {
            for node in nodes where node.z.hasGradient { node.z.zeroGradient(stride: node.pass.batch.stride) }
        }
        for (leaves, decoders) in decoding {
            try decoders.forward(pass)
            for leaf in leaves where !leaf.pass.isSkipped {
                R.multiply(
                    leaf.reach.pointer, weights(of: leaf).reconstruction.pointer,
                    into: leaf.reconstructionWeight.pointer, count: leaf.pass.batch.stride)
                leaf.reconstructionLoss(targets(of: leaf, images), features: images.rows)
            }
            if isTraining { try decoders.backward(pass) }
        }
    }

    /// What a leaf's decoder makes of its z, with running statistics: logits or means `[features, stride]`; with a learned
    /// variance the raw variances follow. Follows ``sample(_:)``, and holds until another leaf is decoded.
    public func decode(_ leaf: Int) throws -> Activation<R> {
        let node = networks(leaf)
        precondition(node.pass.mode == .evaluation, "a single leaf is decoded with running statistics")
        guard let decoder = node.decoder else { preconditionFailure("node \(leaf) is no leaf") }
        try Lockstep([decoder]).forward(node.pass)
        return decoder.output
    }
}
