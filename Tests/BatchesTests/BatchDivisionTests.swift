import Kernels
import Testing

@testable import Batches

@Suite struct BatchDivisionTests {
    private static let batchSizes = [1, 16, 48, 64, 100, 128, 256]

    private func divisions(of batchSize: Int, ranks: Int) -> [BatchDivision] {
        (0..<ranks).map { BatchDivision(batchSize: batchSize, share: RankShare(rank: $0, ranks: ranks)) }
    }

    /// Batches of an epoch: full ones, and every short one that may come last.
    @Test(arguments: batchSizes, 1...20)
    func everySampleHasOneRank(batchSize: Int, ranks: Int) {
        let divisions = divisions(of: batchSize, ranks: ranks)
        for size in 0...batchSize {
            let ranges = divisions.map { $0.range(of: size) }
            #expect(
                ranges.flatMap(Array.init) == Array(0..<size), "\(size) of \(batchSize) on \(ranks) ranks")
        }
    }

    @Test(arguments: batchSizes, 1...20)
    func aFullBatchGivesEveryRankSamples(batchSize: Int, ranks: Int) {
        guard batchSize >= columnAlignment * max(4, ranks), batchSize % (4 * columnAlignment) == 0 else {
            return
        }
        #expect(divisions(of: batchSize, ranks: ranks).allSatisfy { !$0.range(of: batchSize).isEmpty })
    }

    /// Models have room for `columns`, so no batch may bring more: neither a full one, nor a short last one, nor
    /// one of a subset that is smaller than a batch. And the evaluator runs at least a slice at a time.
    @Test(arguments: [1, 16, 48, 64, 100, 128, 144, 192, 256, 288])
    func nobodyGetsMoreThanThereIsRoomFor(batchSize: Int) {
        var overflows: [String] = []
        for ranks in [1, 2, 3, 4, 5, 7, 8, 12, 20] {
            for (rank, division) in divisions(of: batchSize, ranks: ranks).enumerated() {
                let batches = (0...batchSize).map { division.range(of: $0).count }
                let subsets = (1...batchSize).flatMap { size in
                    let smaller = BatchDivision(batchSize: size, share: RankShare(rank: rank, ranks: ranks))
                    return (0...size).map { smaller.range(of: $0).count }
                }
                let largest = max(batches.max() ?? 0, subsets.max() ?? 0)
                let slice = min(division.sliceColumns, paddedStride(batchSize))
                if largest > division.columns || slice > paddedStride(division.columns) {
                    overflows.append("\(largest) in \(division.columns) on rank \(rank) of \(ranks)")
                }
            }
        }
        #expect(overflows == [])
    }

    /// On one to four ranks the batch is cut in the same places, and every rank holds whole slices.
    @Test(arguments: [1, 16, 24, 48, 64, 80, 100, 128, 144, 250, 256, 300])
    func fewRanksHoldTheSameSlices(batchSize: Int) {
        let sliceColumns = BatchDivision(batchSize: batchSize, share: RankShare(rank: 0, ranks: 1))
            .sliceColumns
        #expect(sliceColumns % columnAlignment == 0)
        #expect((batchSize + sliceColumns - 1) / sliceColumns <= 4)
        for ranks in 1...4 {
            for division in divisions(of: batchSize, ranks: ranks) {
                #expect(division.sliceColumns == sliceColumns)
                for size in 0...batchSize {
                    let range = division.range(of: size)
                    guard !range.isEmpty else { continue }
                    #expect(range.lowerBound % sliceColumns == 0)
                    #expect(range.upperBound % sliceColumns == 0 || range.upperBound == size)
                    // Neighbouring strands, as a rank that holds all of them adds them.
                    let slots = 4 * division.share.rank / ranks..<4 * (division.share.rank + 1) / ranks
                    #expect(slots.contains(range.lowerBound / sliceColumns))
                }
            }
        }
    }

    /// More ranks than slices, as far as the kernels' alignment allows.
    @Test func manyRanksHoldFinerSlices() {
        for ranks in 5...16 {
            for division in divisions(of: 256, ranks: ranks) {
                #expect(division.sliceColumns == columnAlignment)
                #expect(division.range(of: 256).count % columnAlignment == 0)
            }
        }
    }
}
