import Kernels
import Layers

/// Divides global batches over ranks in whole slices, so that gradients do not depend on the number of ranks.
///
/// A full batch is four slices. On one, two, three or four ranks a slice has the same owner whatever the size of a batch,
/// such that the ranks, in the order in which they are added up, hold the partial sums (see `BatchShape`) in the order in
/// which one rank adds them. More ranks than that get finer slices, down to the kernels' alignment; their results
/// differ from those of few ranks by rounding.
package struct BatchDivision {
    /// Samples of a full global batch.
    package let batchSize: Int
    package let share: RankShare
    /// Samples of a slice.
    package let sliceColumns: Int

    /// The most samples that a rank gets of a batch, of this size or of a smaller one: a rank may get more of a
    /// short batch than of a full one, and a subset smaller than a batch is divided by its own size.
    package let columns: Int

    private static let slices = 4

    package init(batchSize: Int, share: RankShare) {
        self.batchSize = batchSize
        self.share = share
        sliceColumns = Self.sliceColumns(batchSize: batchSize, ranks: share.ranks)
        columns = (1...batchSize).reduce(0) { most, size in
            let width = Self.sliceColumns(batchSize: size, ranks: share.ranks)
            let slices = share.ranks <= Self.slices ? Self.slices : (size + width - 1) / width
            return max(most, min(size, (slices + share.ranks - 1) / share.ranks * width))
        }
    }

    private static func sliceColumns(batchSize: Int, ranks: Int) -> Int {
        ranks <= slices ? paddedStride((batchSize + slices - 1) / slices) : columnAlignment
    }

    /// This rank's part of a batch of `size` samples, in whole slices. Where there are fewer slices than ranks some get
    /// none: kernels take as long for one sample as for a slice of their alignment, so there is nothing to gain.
    package func range(of size: Int) -> Range<Int> {
        guard share.ranks <= Self.slices else { return share.range(of: size, slicesOf: sliceColumns) }
        let mine = share.range(of: Self.slices)
        return min(size, mine.lowerBound * sliceColumns)..<min(size, mine.upperBound * sliceColumns)
    }
}
