import Kernels
import Layers

extension TopDown {
    /// Inference routers and the reach probability of every node (paper 2.2).
    ///
    /// Reads d alone: leaf probabilities need neither latents nor decoders.
    public func route(_ pass: Pass<R>) throws {
        try inferenceRouters.forward(pass)
        let stride = pass.batch.stride
        nodes[0].reach.pointer.update(repeating: 1, count: stride)
        for node in nodes {
            if let router = node.inferenceRouter {
                R.branchProbabilities(
                    logit: router.output.value, left: node.left.pointer, right: node.right.pointer,
                    count: stride)
            }
            for child in node.node.children {
                let child = networks(child)
                if node.node.isSplit {
                    let branch = child.node.id == node.node.left ? node.left : node.right
                    R.multiply(node.reach.pointer, branch.pointer, into: child.reach.pointer, count: stride)
                } else {
                    // The only child that pruning left: there is nothing to decide.
                    child.reach.pointer.update(from: node.reach.pointer, count: stride)
                }
            }
        }
    }

    /// Draws the standard normals behind every z, keyed by sample.
    ///
    /// - Parameter samples: the identity of each column's sample, `[columns]`.
    public func drawNoise(_ key: NoiseKey, samples: UnsafePointer<Int32>, _ pass: Pass<R>) {
        for node in nodes where node.dense != nil {
            R.normals(
                key: key.seed, samples: samples, columns: pass.batch.columns, node: UInt32(node.node.id),
                epoch: key.epoch, stream: key.stream.rawValue, dimensions: node.latentSize,
                stride: pass.batch.stride, into: node.noise.pointer)
        }
    }

    /// Posteriors and samples of every node, depth by depth (paper eqs. 4 and 9).
    public func sample(_ pass: Pass<R>) throws {
        for node in nodes { node.dense?.forward(pass) }
        if samplesTop { samplePosterior(nodes[0], pass) }
        for (below, lockstep) in transformations.enumerated() {
            try lockstep.forward(pass)
            let depth = nodes[0].node.depth + below + 1
            for node in nodes where node.node.depth == depth { samplePosterior(node, pass) }
        }
    }

    private func samplePosterior(_ node: NodeNetworks<R>, _ pass: Pass<R>) {
        let stride = pass.batch.stride
        let raw = node.latentSize * stride
        let head = node.dense!.output.value
        if let prior = node.transformation?.output.value {
            R.samplePosterior(
                mu: head, raw: head + raw, priorMu: prior, priorRaw: prior + raw, noise: node.noise.pointer,
                dimensions: node.latentSize, stride: stride, epsilon: Self.epsilon, z: node.z.value,
                divergence: node.divergence.pointer)
        } else {
            R.sampleRoot(
                mu: head, raw: head + raw, noise: node.noise.pointer, dimensions: node.latentSize,
                stride: stride,
                epsilon: Self.epsilon, z: node.z.value, divergence: node.divergence.pointer)
        }
    }

    /// Generative routers and decoders.
    public func decode(_ pass: Pass<R>) throws {
        try outputs.forward(pass)
    }

    /// The parts of the negative ELBO, and in training the gradients with respect to everything that
    /// ``decode(_:)``, ``sample(_:)`` and ``route(_:)`` computed last.
    ///
    /// - Parameters:
    ///   - images: the targets, `[features, stride]`.
    ///   - alpha: weight of the KL parts in the gradients.
    /// - Returns: this rank's part of the means over the global batch.
    public func objective(images: Activation<R>, alpha: Double, _ pass: Pass<R>) -> LossTerms {
        let stride = pass.batch.stride
        setWeights(alpha: alpha, pass)
        var terms = LossTerms()
        for node in nodes {
            node.reachGradient.zero()
            if node.dense != nil { addDivergence(of: node, to: &terms, stride: stride) }
            if node.node.isSplit { addDecision(of: node, to: &terms, stride: stride) }
            if node.node.isLeaf { addReconstruction(of: node, images: images, to: &terms, pass) }
        }
        return terms
    }

    /// Weights of samples: a mean over the global batch, nothing for padding.
    private func setWeights(alpha: Double, _ pass: Pass<R>) {
        let (columns, stride) = (pass.batch.columns, pass.batch.stride)
        let mean = R(1 / Double(max(1, pass.batch.globalColumns)))
        divergenceWeight.zero()
        divergenceWeight.pointer.update(from: topReach.pointer, count: columns)
        R.scale(divergenceWeight.pointer, by: mean, count: columns)
        if rules.weightsReconstruction {
            reconstructionWeight.pointer.update(from: divergenceWeight.pointer, count: stride)
        } else {
            reconstructionWeight.zero()
            reconstructionWeight.pointer.update(repeating: mean, count: columns)
        }
        annealedWeight.pointer.update(from: divergenceWeight.pointer, count: stride)
        R.scale(annealedWeight.pointer, by: R(alpha), count: stride)
        negativeELBO.zero()
    }

    /// `reach * KL` of a node, held within the reference's bounds for every sample. The reference also
    /// bounds the batch's sum by [−10, 1e10], which a sum of KLs within these bounds cannot leave.
    private func addDivergence(of node: NodeNetworks<R>, to terms: inout LossTerms, stride: Int) {
        let bounds: (R, R) = rules.clampsDivergence ? (-1, 1000) : (-R.infinity, R.infinity)
        R.clampedProduct(
            probability: node.reach.pointer, divergence: node.divergence.pointer, lower: bounds.0,
            upper: bounds.1,
            into: node.weightedDivergence.pointer, active: node.active.pointer, count: stride)
        let value = R.dot(node.weightedDivergence.pointer, divergenceWeight.pointer, count: stride)
        if node.node.parent == nil { terms.klRoot += value } else { terms.klNodes += value }
        R.add(node.weightedDivergence.pointer, to: negativeELBO.pointer, count: stride)

        R.multiply(annealedWeight.pointer, node.active.pointer, into: scratch.pointer, count: stride)
        R.multiply(scratch.pointer, node.reach.pointer, into: node.divergenceGradient.pointer, count: stride)
        R.multiplyAdd(
            scratch.pointer, node.divergence.pointer, into: node.reachGradient.pointer, count: stride)
    }

    private func addDecision(of node: NodeNetworks<R>, to terms: inout LossTerms, stride: Int) {
        R.decisionDivergence(
            posteriorLogit: node.inferenceRouter!.output.value,
            priorLogit: node.generativeRouter!.output.value,
            epsilon: Self.epsilon, divergence: node.decisionDivergence.pointer, count: stride)
        R.multiply(node.reach.pointer, node.decisionDivergence.pointer, into: scratch.pointer, count: stride)
        terms.klDecisions += R.dot(scratch.pointer, divergenceWeight.pointer, count: stride)
        R.add(scratch.pointer, to: negativeELBO.pointer, count: stride)

        R.multiply(
            annealedWeight.pointer, node.reach.pointer, into: node.decisionGradient.pointer, count: stride)
        R.multiplyAdd(
            annealedWeight.pointer, node.decisionDivergence.pointer, into: node.reachGradient.pointer,
            count: stride)
    }

    private func addReconstruction(
        of node: NodeNetworks<R>, images: Activation<R>, to terms: inout LossTerms, _ pass: Pass<R>
    ) {
        let stride = pass.batch.stride
        let logits = node.decoder!.output
        R.multiply(
            node.reach.pointer, reconstructionWeight.pointer, into: node.reconstructionWeight.pointer,
            count: stride)
        R.bernoulliLoss(
            logits: logits.value, target: images.value, features: images.rows, stride: stride,
            weight: node.reconstructionWeight.pointer, loss: node.reconstruction.pointer,
            gradient: pass.mode == .training ? logits.gradient : nil)
        terms.reconstruction += R.dot(
            node.reconstruction.pointer, node.reconstructionWeight.pointer, count: stride)
        R.multiplyAdd(
            node.reach.pointer, node.reconstruction.pointer, into: negativeELBO.pointer, count: stride)
        R.multiplyAdd(
            node.reconstruction.pointer, reconstructionWeight.pointer, into: node.reachGradient.pointer,
            count: stride)
    }
}
