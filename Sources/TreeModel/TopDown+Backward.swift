import Kernels
import Layers

extension TopDown {
    /// Backward from ``objective(alpha:_:)``, and from ``Contrast`` where there is one: fills the gradients of all parameters below the top,
    /// and adds to those of the levels (which the caller has set to zero).
    public func backward(_ pass: Pass<R>) throws {
        decisionGradients()
        try generativeRouters.backward(pass)
        for below in transformations.indices.reversed() {
            let depth = nodes[0].node.depth + below + 1
            for node in nodes where node.node.depth == depth { posteriorGradient(node) }
            try transformations[below].backward(pass)
            for node in nodes where node.node.depth == depth { returnLatentGradient(of: node) }
        }
        if samplesTop { posteriorGradient(nodes[0]) }
        for node in nodes {
            if node.pass.isSkipped {
                node.dense?.clearGradients()
                node.dispersion?.clearGradients()
            } else {
                node.dense?.backward(node.pass)
            }
        }
        // They add to the gradients of d, where dense heads have written them.
        try inferenceRouters.backward(pass)
        for node in nodes { returnLevelGradient(of: node) }
    }

    /// Gradients of reach probabilities, children before parents, and through them of both routers' logits.
    private func decisionGradients() {
        for node in nodes.reversed() where !node.pass.isSkipped {
            let stride = node.pass.batch.stride
            guard node.node.isSplit else {
                for child in node.children {
                    R.add(
                        reachGradient(of: networks(child), stride: stride), to: node.reachGradient.pointer,
                        count: stride)
                }
                continue
            }
            let branches = [
                (networks(node.node.left!), node.left, node.leftGradient),
                (networks(node.node.right!), node.right, node.rightGradient),
            ]
            for (child, branch, gradient) in branches {
                let reachGradient = reachGradient(of: child, stride: stride)
                R.multiply(node.reach.pointer, reachGradient, into: gradient.pointer, count: stride)
                R.multiplyAdd(
                    branch.pointer, reachGradient, into: node.reachGradient.pointer, count: stride)
            }
            node.contrast?.addGradient(to: node, stride: stride)
            let posterior = node.inferenceRouter!.output
            let prior = node.generativeRouter!.output
            R.decisionGradient(
                posteriorLogit: posterior.value, priorLogit: prior.value, epsilon: Self.epsilon,
                dDivergence: node.decisionGradient.pointer, dLeft: node.leftGradient.pointer,
                dRight: node.rightGradient.pointer, dPosteriorLogit: posterior.gradient,
                dPriorLogit: prior.gradient, count: stride)
        }
    }

    private func posteriorGradient(_ node: NodeNetworks<R>) {
        guard !node.pass.isSkipped else { return }
        let stride = node.pass.batch.stride
        let raw = node.latentSize * stride
        let head = node.dense!.output
        if let prior = node.transformation?.output {
            R.samplePosteriorGradient(
                mu: head.value, raw: head.value + raw, priorMu: prior.value, priorRaw: prior.value + raw,
                noise: node.noise.pointer, dimensions: node.latentSize, stride: stride, epsilon: Self.epsilon,
                dz: node.z.gradient, dDivergence: node.divergenceGradient.pointer, dMu: head.gradient,
                dRaw: head.gradient + raw, dPriorMu: prior.gradient, dPriorRaw: prior.gradient + raw)
        } else {
            R.sampleRootGradient(
                mu: head.value, raw: head.value + raw, noise: node.noise.pointer, dimensions: node.latentSize,
                stride: stride, epsilon: Self.epsilon, dz: node.z.gradient,
                dDivergence: node.divergenceGradient.pointer, dMu: head.gradient, dRaw: head.gradient + raw)
        }
    }
}
