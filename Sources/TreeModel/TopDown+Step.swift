import Kernels
import Layers

// A training step of the tree, forward (paper 2.2 and 2.4) and backward.
extension TopDown {
    /// Forward and backward of one training step below the levels, whose gradients are written; the whole step of a
    /// subtree.
    ///
    /// - Parameters:
    ///   - images: the targets, `[features, stride]`.
    ///   - noise: nil keeps the noise that was written by hand.
    ///   - alpha: weight of the KL parts.
    ///   - contrastive: terms to add; nil without the extension.
    ///   - observer: told the end of each stage.
    /// - Returns: this rank's part of the means over the global batch.
    func step(
        _ images: Activation<R>, _ pass: Pass<R>, noise: NoiseKey?, samples: UnsafePointer<Int32>,
        alpha: Double, contrastive: ContrastiveTerms<R>?, observer: StepObserver?
    ) throws -> LossTerms {
        try route(pass)
        observer?(.route)
        if let noise { drawNoise(noise, samples: samples) }
        observer?(.noise)
        try sample(pass)
        observer?(.sample)
        zeroGradients(pass)
        try reconstructAndBackpropagate(images, pass)
        observer?(.decoders)
        var terms = try objective(pass)
        observer?(.objective)
        if let contrastive {
            terms.contrastive = try contrastive.evaluate(pass)
            observer?(.contrast)
        }
        try backward(alpha: alpha, pass)
        observer?(.backwardTree)
        return terms
    }

    // MARK: Inference (paper 2.2)

    /// Inference routers, the probability of reaching every node, and with it what each sample counts.
    ///
    /// Reads d alone: leaf probabilities need neither latents nor decoders.
    package func route(_ pass: Pass<R>) throws {
        weights.set(pass.batch, topReach: topReach.pointer, rules: rules)
        top.reach.local.value.update(repeating: 1, count: pass.batch.stride)
        for (nodes, routers) in routing {
            for node in nodes where node.decision != nil { node.level.gather() }
            try routers.forward(pass)
            for node in nodes {
                if let decision = node.decision { decision.decide(by: decision.inferenceRouter) }  // q(c | x)
                sparsePaths?.selectChildren(of: node)
                node.reachChildren()  // P(i; c), 2.4
            }
        }
    }

    /// Draws the standard normals behind every z, keyed by sample. Follows ``route(_:)``.
    ///
    /// - Parameter samples: the identity of each column's sample, `[columns]`.
    public func drawNoise(_ key: NoiseKey, samples: UnsafePointer<Int32>) {
        for node in nodes {
            node.posterior?.drawNoise(key, samples: node.selection?.identities(samples) ?? samples)
        }
    }

    /// Posteriors and samples of every node, depth by depth. Follows ``route(_:)``.
    public func sample(_ pass: Pass<R>) throws {
        // Nodes that decide have gathered d for their router.
        for node in nodes where node.decision == nil { node.level.gather() }
        try denseHeads.forward(pass)  // eqs. 7 and 8
        top.posterior?.sample()  // q(z | x), eq. 4
        for (nodes, transformations) in descent {
            for node in nodes { node.posterior?.prior?.parentLatent.gather() }
            try transformations.forward(pass)  // p(z | parent's z), 2.1
            for node in nodes where !node.isSkipped { node.posterior?.sample() }  // eqs. 9 and 4
        }
    }

    // MARK: The negative ELBO (paper 2.4)

    /// What the samples lose under each leaf.
    ///
    /// - Parameter images: the samples, the targets first, `[inputs, stride]`.
    func reconstruct(_ images: Activation<R>, _ pass: Pass<R>) throws {
        for (leaves, decoders) in decoding { try reconstruct(leaves, decoders, images, pass) }
    }

    /// What the samples lose under each leaf, and the gradients of all decoders and of the leaves' z.
    ///
    /// Nothing but the probability of a leaf, which is known, ties its decoder to the others. So the decoders take
    /// turns: each goes forward, meets the likelihood and comes back before the next begins, in memory that all of them
    /// share and that the cache still holds. Several go side by side where there are several ranks: while the batch-norm
    /// moments of one are on their way to the others, the next computes. With few samples on a rank there are more, and
    /// one exchange serves half of them.
    ///
    /// - Parameter images: the targets, `[features, stride]`.
    package func reconstructAndBackpropagate(_ images: Activation<R>, _ pass: Pass<R>) throws {
        for (leaves, decoders) in decoding {
            try reconstruct(leaves, decoders, images, pass)
            try decoders.backward(pass)
            for node in leaves where node.isSkipped { node.leaf?.clearGradients() }
        }
    }

    private func reconstruct(
        _ leaves: [ModelNode<R>], _ decoders: Lockstep<R>, _ images: Activation<R>, _ pass: Pass<R>
    ) throws {
        gatherCovariates(leaves)
        try decoders.forward(pass)
        for node in leaves where !node.isSkipped {
            node.leaf?.evaluate(
                sparsePaths?.targets(of: node, among: images) ?? UnsafePointer(images.value),
                features: features, reach: node.reach.local,
                weights: weights(of: node).reconstruction.pointer)
        }
    }

    /// The parts of the negative ELBO, of the batch and of each sample. Follows ``reconstruct(_:_:)`` or
    /// ``reconstructAndBackpropagate(_:_:)``.
    ///
    /// - Returns: this rank's part of the means over the global batch.
    package func objective(_ pass: Pass<R>) throws -> LossTerms {
        try generativeRouters.forward(pass)  // p(c | z), 2.1
        negativeELBO.zero()
        var terms = LossTerms()
        for node in nodes {
            node.evaluate(weights: weights(of: node), rules: rules, addingTo: negativeELBO.pointer)
            terms.add(node.terms)
        }
        return terms
    }

    /// The weights of a node's samples; where paths are sparse, valid until those of another node are asked for.
    private func weights(of node: ModelNode<R>) -> SampleWeights<R> {
        sparsePaths?.weights(of: node, among: weights) ?? weights
    }

    // MARK: Backward

    /// Sets to zero the gradients that several readers add to: those of d, of z and of the reach probabilities. Follows
    /// ``route(_:)``, which says who reaches a node.
    package func zeroGradients(_ pass: Pass<R>) {
        for level in levels where level.hasGradient { level.zeroGradient(stride: pass.batch.stride) }
        for node in nodes {
            if node.z.hasGradient { node.z.zeroGradient(stride: node.pass.batch.stride) }
            node.reach.zeroGradient(stride: node.pass.batch.stride)
        }
    }

    /// Backward from ``objective(_:)``, and from ``ContrastiveTerms`` where there are any: fills the gradients of all
    /// parameters below the top that ``reconstructAndBackpropagate(_:_:)`` has not filled, and adds to those of the levels.
    ///
    /// - Parameter alpha: weight of the KL parts.
    package func backward(alpha: Double, _ pass: Pass<R>) throws {
        weights.anneal(alpha, pass.batch)
        for node in nodes.reversed() { node.backward(weights: weights(of: node)) }
        try generativeRouters.backward(pass)
        for (nodes, transformations) in descent.reversed() {
            for node in nodes where !node.isSkipped { node.posterior?.sampleGradient() }
            try transformations.backward(pass)
            for node in nodes { node.posterior?.prior?.parentLatent.returnGradient() }
        }
        top.posterior?.sampleGradient()
        try denseHeads.backward(pass)
        // They add to the gradients of d, where dense heads have written them.
        try inferenceRouters.backward(pass)
        for node in nodes { node.level.returnGradient() }
    }
}
