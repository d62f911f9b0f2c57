import Batches
import Datasets
import Kernels

/// The passes of epochs over some training samples, each in an order of its own.
package struct EpochPasses<R: Real> {
    /// How an epoch is cut.
    package let batches: EpochBatches
    private let dataset: Dataset
    private let augmenter: Augmenter<R>?
    private let seed: UInt64
    private let order: EpochOrder

    /// - Parameters:
    ///   - samples: of the training split.
    ///   - augmenter: changes samples, if that is asked for.
    package init(
        _ dataset: Dataset, samples: SampleSelection, _ batches: EpochBatches, augmenter: Augmenter<R>?,
        seed: UInt64
    ) {
        self.dataset = dataset
        self.batches = batches
        self.augmenter = augmenter
        self.seed = seed
        order = EpochOrder(
            samples,
            windows: dataset.stored.map {
                EpochWindows(samples, of: $0, batchSize: batches.samplesPerBatch)
            })
    }

    /// The pass of an epoch; that of another epoch must have ended.
    ///
    /// - Parameters:
    ///   - epoch: its number over all phases.
    ///   - first: so many of its batches were visited before.
    package func pass(epoch: Int, from first: Int) -> SamplePass<R> {
        order.shuffle(seed: seed, epoch: epoch)
        return SamplePass<R>(
            dataset, order: order, batches, from: first,
            augmentation: augmenter.map { EpochAugmentation($0, epoch: epoch) })
    }
}
