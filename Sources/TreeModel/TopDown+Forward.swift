import Kernels
import Layers

extension TopDown {
    /// Inference routers and the reach probability of every node (paper 2.2).
    ///
    /// Reads d alone: leaf probabilities need neither latents nor decoders.
    public func route(_ pass: Pass<R>) throws {
        nodes[0].reach.pointer.update(repeating: 1, count: pass.batch.stride)
        for (nodes, routers) in routing {
            for node in nodes where node.inferenceRouter != nil { gatherLevel(of: node) }
            try routers.forward(pass)
            for node in nodes { reachChildren(of: node) }
        }
    }

    /// Divides a node's probability among its children.
    private func reachChildren(of node: NodeNetworks<R>) {
        let stride = node.pass.batch.stride
        if let router = node.inferenceRouter {
            R.branchProbabilities(
                logit: router.output.value, left: node.left.pointer, right: node.right.pointer, count: stride)
        }
        selectChildren(of: node)
        for child in node.children {
            let child = networks(child)
            let reach = child.selection == nil ? child.reach.pointer : scratch.pointer
            if node.node.isSplit {
                let branch = child.node.id == node.node.left ? node.left : node.right
                R.multiply(node.reach.pointer, branch.pointer, into: reach, count: stride)
            } else {
                // The only child that pruning left: there is nothing to decide.
                reach.update(from: node.reach.pointer, count: stride)
            }
            child.selection?.gather(parent: reach, rows: 1, into: child.reach.pointer)
        }
    }

    /// Draws the standard normals behind every z, keyed by sample. Follows ``route(_:)``.
    ///
    /// - Parameter samples: the identity of each column's sample, `[columns]`.
    public func drawNoise(_ key: NoiseKey, samples: UnsafePointer<Int32>) {
        for node in nodes where node.dense != nil {
            R.normals(
                key: key.seed, samples: node.selection?.identities(samples) ?? samples,
                columns: node.pass.batch.columns, node: UInt32(node.node.id), epoch: key.epoch,
                stream: key.stream.rawValue, dimensions: node.latentSize, stride: node.pass.batch.stride,
                into: node.noise.pointer)
        }
    }

    /// Posteriors and samples of every node, depth by depth (paper eqs. 4 and 9).
    public func sample(_ pass: Pass<R>) throws {
        for node in nodes where !node.pass.isSkipped {
            if node.inferenceRouter == nil { gatherLevel(of: node) }
            node.dense?.forward(node.pass)
        }
        if samplesTop { samplePosterior(nodes[0]) }
        for below in transformations.indices {
            let depth = nodes[0].node.depth + below + 1
            for node in nodes where node.node.depth == depth { gatherParentLatent(of: node) }
            try transformations[below].forward(pass)
            for node in nodes where node.node.depth == depth { samplePosterior(node) }
        }
    }

    private func samplePosterior(_ node: NodeNetworks<R>) {
        guard !node.pass.isSkipped else { return }
        let stride = node.pass.batch.stride
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

    /// The parts of the negative ELBO, and in training the gradients with respect to everything that ``sample(_:)`` and
    /// ``route(_:)`` computed last. Follows ``reconstruct(_:_:)``.
    ///
    /// - Parameter alpha: weight of the KL parts in the gradients.
    /// - Returns: this rank's part of the means over the global batch.
    public func objective(alpha: Double, _ pass: Pass<R>) throws -> LossTerms {
        try generativeRouters.forward(pass)
        weights.annealed.pointer.update(from: weights.divergence.pointer, count: pass.batch.stride)
        R.scale(weights.annealed.pointer, by: R(alpha), count: pass.batch.stride)
        negativeELBO.zero()
        var terms = LossTerms()
        for node in nodes {
            node.reachGradient.zero()
            node.terms = LossTerms()
            guard !node.pass.isSkipped else { continue }
            let weights = weights(of: node)
            if node.dense != nil { addDivergence(of: node, weights) }
            if node.node.isSplit { addDecision(of: node, weights) }
            if node.node.isLeaf { addReconstruction(of: node, weights) }
            terms.add(node.terms)
        }
        return terms
    }

    /// Weights of samples: a mean over the global batch, nothing for padding.
    func setWeights(_ pass: Pass<R>) {
        let (columns, stride) = (pass.batch.columns, pass.batch.stride)
        let mean = R(1 / Double(max(1, pass.batch.globalColumns)))
        weights.divergence.zero()
        weights.divergence.pointer.update(from: topReach.pointer, count: columns)
        R.scale(weights.divergence.pointer, by: mean, count: columns)
        if rules.weightsReconstruction {
            weights.reconstruction.pointer.update(from: weights.divergence.pointer, count: stride)
        } else {
            weights.reconstruction.zero()
            weights.reconstruction.pointer.update(repeating: mean, count: columns)
        }
    }

    /// `reach * KL` of a node, held within the reference's bounds for every sample. The reference also
    /// bounds the batch's sum by [−10, 1e10], which a sum of KLs within these bounds cannot leave.
    private func addDivergence(of node: NodeNetworks<R>, _ weights: SampleWeights<R>) {
        let stride = node.pass.batch.stride
        let bounds: (R, R) = rules.clampsDivergence ? (-1, 1000) : (-R.infinity, R.infinity)
        R.clampedProduct(
            probability: node.reach.pointer, divergence: node.divergence.pointer, lower: bounds.0,
            upper: bounds.1,
            into: node.weightedDivergence.pointer, active: node.active.pointer, count: stride)
        let value = R.dot(node.weightedDivergence.pointer, weights.divergence.pointer, count: stride)
        if node.node.parent == nil { node.terms.klRoot = value } else { node.terms.klNodes = value }
        add(node.weightedDivergence.pointer, of: node, to: negativeELBO.pointer, stride: stride)

        R.multiply(weights.annealed.pointer, node.active.pointer, into: scratch.pointer, count: stride)
        R.multiply(scratch.pointer, node.reach.pointer, into: node.divergenceGradient.pointer, count: stride)
        R.multiplyAdd(
            scratch.pointer, node.divergence.pointer, into: node.reachGradient.pointer, count: stride)
    }

    /// Adds a value of each sample of a node to the batch's, `[stride]`.
    private func add(
        _ values: UnsafePointer<R>, of node: NodeNetworks<R>, to whole: UnsafeMutablePointer<R>, stride: Int
    ) {
        if let selection = node.selection {
            selection.add(values, rows: 1, to: whole)
        } else {
            R.add(values, to: whole, count: stride)
        }
    }

    private func addDecision(of node: NodeNetworks<R>, _ weights: SampleWeights<R>) {
        let stride = node.pass.batch.stride
        R.decisionDivergence(
            posteriorLogit: node.inferenceRouter!.output.value,
            priorLogit: node.generativeRouter!.output.value,
            epsilon: Self.epsilon, divergence: node.decisionDivergence.pointer, count: stride)
        R.multiply(node.reach.pointer, node.decisionDivergence.pointer, into: scratch.pointer, count: stride)
        node.terms.klDecisions = R.dot(scratch.pointer, weights.divergence.pointer, count: stride)
        add(scratch.pointer, of: node, to: negativeELBO.pointer, stride: stride)

        R.multiply(
            weights.annealed.pointer, node.reach.pointer, into: node.decisionGradient.pointer, count: stride)
        R.multiplyAdd(
            weights.annealed.pointer, node.decisionDivergence.pointer, into: node.reachGradient.pointer,
            count: stride)
    }

    private func addReconstruction(
        of node: NodeNetworks<R>, _ weights: SampleWeights<R>
    ) {
        let stride = node.pass.batch.stride
        node.terms.reconstruction = R.dot(
            node.reconstruction.pointer, node.reconstructionWeight.pointer, count: stride)
        if let selection = node.selection {
            R.multiply(node.reach.pointer, node.reconstruction.pointer, into: scratch.pointer, count: stride)
            selection.add(scratch.pointer, rows: 1, to: negativeELBO.pointer)
        } else {
            R.multiplyAdd(
                node.reach.pointer, node.reconstruction.pointer, into: negativeELBO.pointer, count: stride)
        }
        R.multiplyAdd(
            node.reconstruction.pointer, weights.reconstruction.pointer, into: node.reachGradient.pointer,
            count: stride)
    }
}
