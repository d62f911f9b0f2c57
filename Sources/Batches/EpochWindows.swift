import Datasets
import Kernels

/// How an epoch is shuffled whose samples are read from files: few pieces of the files are needed at a time, each by
/// as few ranks as can be, and the order is the same for any number of ranks.
///
/// The places of a batch are divided into lanes of 16, of which a rank fills whole ones. The pieces are put into a
/// random order, new in every epoch, and the lanes get an equal stretch of them each. In its lane a
/// sample comes to any place of the window, a run of batches, that its piece falls into.
package struct EpochWindows {
    /// Samples of the epoch.
    package let count: Int
    /// Samples of a batch.
    package let batchSize: Int
    /// Places of a window, of all lanes: whole batches.
    package let places: Int
    /// Which positions of the selection lie in a piece of the files, with the piece's first sample.
    private let pieces: [(sample: Int32, positions: Range<Int>)]

    /// Bytes of the samples of a window: 16 lanes then have 16 pieces each, and two windows fit any memory.
    package static var bytes: Int { 1 << 26 }

    /// Windows over the samples of a selection.
    package init(
        _ selection: SampleSelection, of stored: StoredSamples, batchSize: Int, bytes: Int = Self.bytes
    ) {
        count = selection.count
        self.batchSize = batchSize
        places = batchSize * max(1, bytes / (batchSize * stored.sampleBytes))
        var pieces: [(sample: Int32, positions: Range<Int>)] = []
        var next = 0
        for (first, end) in zip(stored.pieces, stored.pieces.dropFirst()) {
            let start = next
            next = selection.position(notBelow: end)
            if next > start { pieces.append((first, start..<next)) }
        }
        self.pieces = pieces
    }

    /// All positions of the selection, piece by piece, the pieces sorted by a key of their first sample.
    package func positions(shuffledBy key: (Int32) -> UInt64) -> some Sequence<Int> {
        pieces.map { (key: key($0.sample), positions: $0.positions) }.sorted { $0.key < $1.key }
            .lazy.flatMap(\.positions)
    }

    /// Hands over the places of the order that belong together, lane by lane and window by window.
    func forEach(_ body: ([Int]) -> Void) {
        for lane in stride(from: 0, to: batchSize, by: columnAlignment) {
            let width = min(columnAlignment, batchSize - lane)
            for window in stride(from: 0, to: count, by: places) {
                var together: [Int] = []
                for first in stride(from: window + lane, to: min(window + places, count), by: batchSize) {
                    together += first..<min(first + width, count)
                }
                body(together)
            }
        }
    }
}
