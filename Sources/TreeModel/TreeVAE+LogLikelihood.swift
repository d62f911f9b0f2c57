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
        try assign(batch)
        let columns = batch.columns
        var published = [Double](repeating: -.infinity, count: columns)
        var bound = published
        var weights = published
        let importance = ImportanceWeights(topDown)
        for draw in 0..<draws {
            topDown.drawNoise(noise(draw), samples: samples)
            try topDown.sample(pass)
            try topDown.reconstruct(trunk.images, pass)
            _ = try topDown.objective(pass)
            importance.evaluate(columns: columns, into: &weights)
            for column in 0..<columns {
                published[column] = logOfSum(published[column], -Double(topDown.negativeELBO.pointer[column]))
                bound[column] = logOfSum(bound[column], weights[column])
            }
        }
        let mean = log(Double(draws))
        return (published.map { $0 - mean }, bound.map { $0 - mean })
    }
}
