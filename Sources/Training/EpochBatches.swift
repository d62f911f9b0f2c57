import Layers

/// Cuts an epoch into global batches, and each into the ranks' shares.
struct EpochBatches {
    /// Samples of the epoch.
    let samples: Int
    /// Samples of a full global batch.
    let batchSize: Int
    /// Whether a last batch that is not full is left out.
    let dropsLast: Bool
    let share: RankShare

    /// Number of optimiser steps in the epoch.
    var count: Int {
        dropsLast ? samples / batchSize : (samples + batchSize - 1) / batchSize
    }

    /// Samples that the epoch visits.
    var visited: Int { min(samples, count * batchSize) }

    /// Where this rank's samples of a batch lie in the epoch's order, and the batch's shape.
    func batch(_ index: Int) -> (range: Range<Int>, shape: BatchShape) {
        let start = index * batchSize
        let size = min(batchSize, samples - start)
        let local = share.range(of: size)
        return (
            start + local.lowerBound..<start + local.upperBound,
            BatchShape(columns: local.count, globalColumns: size)
        )
    }
}
