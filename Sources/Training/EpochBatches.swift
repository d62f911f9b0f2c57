import Layers

/// Cuts an epoch into global batches, and each into the ranks' shares.
struct EpochBatches {
    /// Samples of the epoch.
    let samples: Int
    /// Columns that each sample has in its batch.
    var views = 1
    /// Whether a last batch that is not full is left out.
    let dropsLast: Bool
    /// Divides the columns of a batch.
    let division: BatchDivision

    /// Samples of a full batch.
    var samplesPerBatch: Int { division.batchSize / views }

    /// Number of optimiser steps in the epoch.
    var count: Int { (dropsLast ? samples : samples + samplesPerBatch - 1) / samplesPerBatch }

    /// Columns of all batches of the epoch.
    var visited: Int { min(samples, count * samplesPerBatch) * views }

    /// Where this rank's samples of a batch lie in the epoch's order, and the batch's shape.
    func batch(_ index: Int) -> (columns: BatchColumns, shape: BatchShape) {
        let first = index * samplesPerBatch
        let held = min(samplesPerBatch, samples - first)
        let local = division.range(of: held * views)
        return (
            BatchColumns(first: first, samples: held, columns: local),
            BatchShape(
                columns: local.count, globalColumns: held * views, firstColumn: local.lowerBound,
                sliceColumns: division.sliceColumns)
        )
    }
}
