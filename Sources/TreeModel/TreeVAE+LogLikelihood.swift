import Foundation
import Kernels
import Layers

extension TreeVAE {
    /// Log-likelihood estimates of each sample of a batch, from one encoding of it and many draws of its latents.
    ///
    /// - Parameters:
    ///   - draws: how many.
    ///   - noise: the key of a draw's noise, by its number.
    ///   - samples: the identity of each column, for its noise.
    /// - Returns: by column, nats. `published` is the estimator behind the paper's Table 2, the log-mean-exp of ELBOs
    ///   of one sample each, with KLs in closed form and all leaves weighted; `bound` is a lower bound of the
    ///   log-likelihood that rises to it with the number of draws (importance-weighted, with densities of what was
    ///   drawn).
    public func logLikelihoods(
        _ batch: BatchShape, draws: Int, noise: (Int) -> NoiseKey, samples: UnsafePointer<Int32>
    ) throws -> (published: [Double], bound: [Double]) {
        let columns = batch.columns
        var published = [Double](repeating: -.infinity, count: columns)
        var bound = published
        var weights = published
        try draw(batch, draws: draws, noise: noise, samples: samples) { importance in
            for column in 0..<columns { weights[column] = -.infinity }
            importance.evaluate(columns: columns) { _, column, logarithm in
                weights[column] = logOfSum(weights[column], logarithm)
            }
            for column in 0..<columns {
                published[column] = logOfSum(published[column], -Double(topDown.negativeELBO.pointer[column]))
                bound[column] = logOfSum(bound[column], weights[column])
            }
        }
        let mean = log(Double(draws))
        return (published.map { $0 - mean }, bound.map { $0 - mean })
    }

    /// Puts the importance-weighted posterior of the leaves, p(leaf | x), in the place of what the inference routers say
    /// of each sample: afterwards ``TopDown/leafReach(_:)`` is that of every node.
    ///
    /// The routers have seen the sample alone; the posterior also asks each leaf how well it explains it.
    ///
    /// - Parameters:
    ///   - draws: of the latents of each sample.
    ///   - noise: the key of a draw's noise, by its number.
    ///   - samples: the identity of each column, for its noise.
    public func assignByPosterior(
        _ batch: BatchShape, draws: Int, noise: (Int) -> NoiseKey, samples: UnsafePointer<Int32>
    ) throws {
        let columns = batch.columns
        var logarithms = [Double](repeating: -.infinity, count: tree.nodes.count * columns)
        try draw(batch, draws: draws, noise: noise, samples: samples) { importance in
            importance.evaluate(columns: columns) { leaf, column, logarithm in
                let index = leaf * columns + column
                logarithms[index] = logOfSum(logarithms[index], logarithm)
            }
        }
        for column in 0..<columns {
            let total = tree.leaves.reduce(-Double.infinity) {
                logOfSum($0, logarithms[$1 * columns + column])
            }
            for leaf in tree.leaves {
                topDown.leafReach(leaf)[column] = R(exp(logarithms[leaf * columns + column] - total))
            }
        }
        for node in tree.nodes.reversed() where !node.isLeaf {
            let (reach, children) = (topDown.leafReach(node.id), node.children.map(topDown.leafReach))
            for column in 0..<columns { reach[column] = children.reduce(0) { $0 + $1[column] } }
        }
    }

    /// Encodes a batch and calls `body` after every draw of its latents.
    private func draw(
        _ batch: BatchShape, draws: Int, noise: (Int) -> NoiseKey, samples: UnsafePointer<Int32>,
        _ body: (ImportanceWeights<R>) -> Void
    ) throws {
        try assign(batch)
        let importance = ImportanceWeights(topDown)
        for draw in 0..<draws {
            topDown.drawNoise(noise(draw), samples: samples)
            try topDown.sample(pass)
            try topDown.reconstruct(trunk.images, pass)
            _ = try topDown.objective(pass)
            body(importance)
        }
    }
}
