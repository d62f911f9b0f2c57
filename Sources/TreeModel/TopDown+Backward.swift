import Kernels
import Layers

extension TopDown {
    /// Backward from ``objective(images:alpha:_:)``: fills the gradients of all parameters below the top,
    /// and adds to those of the levels (which the caller has set to zero).
    public func backward(_ pass: Pass<R>) throws {
        let stride = pass.batch.stride
        for node in nodes where node.z.hasGradient { node.z.zeroGradient(stride: stride) }
        decisionGradients(stride: stride)
        try outputs.backward(pass)
        for (below, lockstep) in transformations.enumerated().reversed() {
            let depth = nodes[0].node.depth + below + 1
            for node in nodes where node.node.depth == depth { posteriorGradient(node, stride: stride) }
            try lockstep.backward(pass)
        }
        if samplesTop { posteriorGradient(nodes[0], stride: stride) }
        for node in nodes { node.dense?.backward(pass) }
        try inferenceRouters.backward(pass)
    }

    /// Gradients of reach probabilities, children before parents, and through them of both routers' logits.
    private func decisionGradients(stride: Int) {
        for node in nodes.reversed() {
            guard node.node.isSplit else {
                for child in node.node.children {
                    R.add(
                        networks(child).reachGradient.pointer, to: node.reachGradient.pointer, count: stride)
                }
                continue
            }
            let branches = [
                (networks(node.node.left!), node.left, node.leftGradient),
                (networks(node.node.right!), node.right, node.rightGradient),
            ]
            for (child, branch, gradient) in branches {
                R.multiply(
                    node.reach.pointer, child.reachGradient.pointer, into: gradient.pointer, count: stride)
                R.multiplyAdd(
                    branch.pointer, child.reachGradient.pointer, into: node.reachGradient.pointer,
                    count: stride)
            }
            let posterior = node.inferenceRouter!.output
            let prior = node.generativeRouter!.output
            R.decisionGradient(
                posteriorLogit: posterior.value, priorLogit: prior.value, epsilon: Self.epsilon,
                dDivergence: node.decisionGradient.pointer, dLeft: node.leftGradient.pointer,
                dRight: node.rightGradient.pointer, dPosteriorLogit: posterior.gradient,
                dPriorLogit: prior.gradient, count: stride)
        }
    }

    private func posteriorGradient(_ node: NodeNetworks<R>, stride: Int) {
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
