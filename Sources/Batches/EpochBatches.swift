import Layers

/// Cuts an epoch into global batches, and each into the ranks' shares.
package struct EpochBatches {
    /// Samples of the epoch.
    package let samples: Int
    /// Columns that each sample has in its batch.
    package let views: Int
    /// Whether a last batch that is not full is left out.
    package let dropsLast: Bool
    /// Divides the columns of a batch.
    package let division: BatchDivision

    /// Cuts `samples` samples into batches.
    package init(samples: Int, views: Int = 1, dropsLast: Bool, division: BatchDivision) {
        self.samples = samples
        self.views = views
        self.dropsLast = dropsLast
        self.division = division
    }

    /// Samples of a full batch.
    package var samplesPerBatch: Int { division.batchSize / views }

    /// Number of optimiser steps in the epoch.
    package var count: Int { (dropsLast ? samples : samples + samplesPerBatch - 1) / samplesPerBatch }

    /// Columns of all batches of the epoch.
    package var visited: Int { min(samples, count * samplesPerBatch) * views }

    /// What this rank holds of each batch.
    package var plans: [BatchPlan] {
        (0..<count).map { index in
            let first = index * samplesPerBatch
            let held = min(samplesPerBatch, samples - first)
            let local = division.range(of: held * views)
            return BatchPlan(
                first: first, samples: held,
                shape: BatchShape(
                    columns: local.count, globalColumns: held * views, firstColumn: local.lowerBound,
                    sliceColumns: division.sliceColumns))
        }
    }
}
