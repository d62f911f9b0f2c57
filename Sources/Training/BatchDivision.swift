import Kernels
import Layers

/// Divides global batches over ranks in whole slices, so that gradients do not depend on the number of ranks.
///
/// A full batch is four slices: one, two, three or four ranks then hold whole ones, and sum the same numbers.
/// More ranks than that get finer slices, down to the kernels' alignment; their results differ from those of
/// few ranks by rounding.
struct BatchDivision {
    /// Samples of a full global batch.
    let batchSize: Int
    let share: RankShare
    /// Samples of a slice.
    let sliceColumns: Int

    private static let slices = 4

    init(batchSize: Int, share: RankShare) {
        self.batchSize = batchSize
        self.share = share
        sliceColumns = share.ranks <= Self.slices ? paddedStride((batchSize + Self.slices - 1) / Self.slices) : columnAlignment
    }

    /// Room for what a rank may get of a batch of this size or a smaller one. Of a short batch that can be more
    /// than of a full one: its slices are divided anew.
    var columns: Int {
        let slices = max(Self.slices, (batchSize + sliceColumns - 1) / sliceColumns)
        return min(paddedStride(batchSize), (slices + share.ranks - 1) / share.ranks * sliceColumns)
    }

    /// This rank's part of a batch of `size` samples.
    func range(of size: Int) -> Range<Int> {
        let slices = (size + sliceColumns - 1) / sliceColumns
        // Too few slices for the ranks: then every rank still gets samples, at the price of whole slices.
        guard slices >= share.ranks || size < batchSize else { return share.range(of: size) }
        return share.range(of: size, slicesOf: sliceColumns)
    }
}
