import Batches
import Collectives
import Datasets
import Kernels
import Layers
import TreeModel

/// Estimates of the log-likelihood, means over a data set in nats per sample.
public struct LogLikelihood: Sendable {
    /// Draws of the latents of each sample.
    public let draws: Int
    /// The estimator behind the paper's Table 2; see `TreeVAE.logLikelihoods(_:draws:noise:samples:)`.
    public let published: Double
    /// An importance-weighted lower bound.
    public let bound: Double
}

extension Evaluator {
    /// Log-likelihoods of a data set, divided over the ranks.
    ///
    /// - Parameter progress: told the share of this rank's samples that is done.
    package func logLikelihood(of dataset: Dataset, draws: Int, seed: UInt64, progress: (Double) -> Void)
        throws
        -> LogLikelihood
    {
        let selection = dataset.allSamples
        let share = share(of: selection.count)
        var sums = [0.0, 0.0]
        try forEachBatch(of: dataset, selection: selection) { batch in
            let estimates = try model.logLikelihoods(
                batch.shape, draws: draws,
                noise: { NoiseKey(seed: seed, epoch: UInt32($0), stream: .evaluation) },
                samples: batch.identities)
            sums[0] += estimates.published.reduce(0, +)
            sums[1] += estimates.bound.reduce(0, +)
            progress(Double(batch.places.upperBound - share.lowerBound) / Double(share.count))
        }
        try communicator.sum(&sums, purpose: "log-likelihoods")
        let count = Double(max(1, selection.count))
        return LogLikelihood(draws: draws, published: sums[0] / count, bound: sums[1] / count)
    }
}
