import Layers

/// Cuts an epoch into global batches, and each into the ranks' shares.
struct EpochBatches {
    /// Samples of the epoch.
    let samples: Int
    /// Whether a last batch that is not full is left out.
    let dropsLast: Bool
    let division: BatchDivision

    /// Number of optimiser steps in the epoch.
    var count: Int {
        dropsLast ? samples / division.batchSize : (samples + division.batchSize - 1) / division.batchSize
    }

    /// Samples that the epoch visits.
    var visited: Int { min(samples, count * division.batchSize) }

    /// Where this rank's samples of a batch lie in the epoch's order, and the batch's shape.
    func batch(_ index: Int) -> (range: Range<Int>, shape: BatchShape) {
        let start = index * division.batchSize
        let size = min(division.batchSize, samples - start)
        let local = division.range(of: size)
        return (
            start + local.lowerBound..<start + local.upperBound,
            BatchShape(
                columns: local.count, globalColumns: size, firstColumn: local.lowerBound,
                sliceColumns: division.sliceColumns)
        )
    }
}
