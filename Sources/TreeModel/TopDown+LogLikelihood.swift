import Foundation
import Kernels
import Layers

extension TopDown {
    /// The logarithm of each sample's importance weight under the latents that were drawn last,
    ///
    ///     w = Σ over leaves of p(x | z_leaf) · Π over the path of p(z | parent) / q(z | x, parent) · Π of p(decision | z),
    ///
    /// whose mean over draws is p(x): the sum over leaves is exact, latents are sampled. Follows an evaluation
    /// (``objective(alpha:_:)``) of all paths.
    ///
    /// - Parameter weights: `[columns]`.
    func logWeights(columns: Int, into weights: UnsafeMutablePointer<Double>) {
        precondition(
            samplesTop && selectedWeights == nil, "importance weights are of a whole tree and all paths")
        for column in 0..<columns { weights[column] = -.infinity }
        for node in nodes {
            pathWeights(of: node)
            guard node.node.isLeaf else { continue }
            for column in 0..<columns {
                let leaf = Double(node.pathWeight.pointer[column] - node.reconstruction.pointer[column])
                weights[column] = logOfSum(weights[column], leaf)
            }
        }
    }

    /// The part of the weights that a node's path gives.
    private func pathWeights(of node: NodeNetworks<R>) {
        let stride = node.pass.batch.stride
        let raw = node.latentSize * stride
        let head = node.dense!.output.value
        guard let parentId = node.node.parent, let prior = node.transformation?.output.value else {
            return R.rootLogRatio(
                raw: head + raw, noise: node.noise.pointer, z: node.z.value, dimensions: node.latentSize,
                stride: stride, epsilon: Self.epsilon, into: node.pathWeight.pointer)
        }
        R.logRatio(
            raw: head + raw, priorMu: prior, priorRaw: prior + raw, noise: node.noise.pointer,
            z: node.z.value,
            dimensions: node.latentSize, stride: stride, epsilon: Self.epsilon, into: node.pathWeight.pointer)
        let parent = networks(parentId)
        R.add(parent.pathWeight.pointer, to: node.pathWeight.pointer, count: stride)
        guard let logit = parent.generativeRouter?.output.value else { return }
        let side: R = parent.node.left == node.node.id ? 1 : -1
        for column in 0..<node.pass.batch.columns {
            // log σ(l) = -log(1 + exp(-l))
            let argument = Double(side * logit[column])
            node.pathWeight.pointer[column] += R(min(argument, 0) - log1p(exp(-abs(argument))))
        }
    }
}

/// `log(exp(a) + exp(b))`; NaN if either is.
func logOfSum(_ a: Double, _ b: Double) -> Double {
    if a == -.infinity { return b }
    if b == -.infinity { return a }
    return max(a, b) + log1p(exp(-abs(a - b)))
}
