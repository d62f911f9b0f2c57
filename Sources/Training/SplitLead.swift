import Growth
import Kernels
import Layers
import TreeModel

/// Leads a young split to the two groups that the leaf's latents are made of, less with every epoch.
///
/// A router decides firmly within an epoch or two, while its two decoders still know nothing, and what it has decided by
/// chance it keeps. Led for that time, it starts from two groups that there are.
package struct SplitLead: Sendable {
    private let mixture: GaussianMixture
    private let weight: Double

    /// The lead in an epoch of the split; nil when it has ended.
    ///
    /// - Parameters:
    ///   - epoch: from 0.
    ///   - epochs: in which the lead fades, linearly.
    init?(_ mixture: GaussianMixture, epoch: Int, of epochs: Int) {
        guard epoch < epochs else { return nil }
        self.mixture = mixture
        weight = Self.weight * Double(epochs - epoch) / Double(epochs)
    }

    /// Nats: what a decoder that knows nothing loses of a picture.
    private static var weight: Double { 100 }

    /// Leads the split in the step to come, by the latents of the batch.
    func set<R: Real>(_ batch: BatchShape, of subtree: Subtree<R>) {
        let latent = subtree.latent
        var point = [Double](repeating: 0, count: subtree.latentSize)
        subtree.lead(weight: weight, columns: batch.columns) { column in
            for index in point.indices { point[index] = Double(latent[index * batch.stride + column]) }
            return mixture.responsibility(of: point)
        }
    }
}
