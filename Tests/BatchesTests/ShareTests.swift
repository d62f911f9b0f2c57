import Testing

@testable import Batches

@Suite struct ShareTests {
    private func order(_ order: EpochOrder) -> [Int32] {
        (0..<order.count).map(order.sample)
    }

    @Test(arguments: [0, 1, 2, 3, 100, 4001])
    func anOrderIsAPermutation(count: Int) {
        let samples = (0..<Int32(count)).map { 7 * $0 + 3 }
        let epochs = EpochOrder(SampleSelection(samples))
        for epoch in [0, 1, 57] {
            epochs.shuffle(seed: 42, epoch: epoch)
            #expect(order(epochs).sorted() == samples)
        }
    }

    @Test func everyEpochAndSeedHasItsOwnOrder() {
        let epochs = EpochOrder(SampleSelection(first: 1000))
        var seen: Set<[Int32]> = []
        for seed in [0, 1, 42] as [UInt64] {
            for epoch in 0..<20 {
                epochs.shuffle(seed: seed, epoch: epoch)
                seen.insert(order(epochs))
                // Few samples stay where they were: 1 on average.
                #expect(order(epochs).enumerated().count { $0 == $1 } < 12)
            }
        }
        #expect(seen.count == 60)
    }

    /// An epoch's order does not depend on the epochs before it: a resumed run finds the same.
    @Test func orderDependsOnTheEpochAlone() {
        let selection = SampleSelection(first: 500)
        let (a, b) = (EpochOrder(selection), EpochOrder(selection))
        for epoch in 0...5 { a.shuffle(seed: 1, epoch: epoch) }
        b.shuffle(seed: 1, epoch: 5)
        #expect(order(a) == order(b))
    }

    /// Each sample comes to each place about equally often.
    @Test func placesAreUniform() {
        let count = 12
        let epochs = EpochOrder(SampleSelection(first: count))
        let rounds = 24_000
        var counts = [[Int]](repeating: Array(repeating: 0, count: count), count: count)
        for epoch in 0..<rounds {
            epochs.shuffle(seed: 9, epoch: epoch)
            for (place, sample) in order(epochs).enumerated() { counts[Int(sample)][place] += 1 }
        }
        let mean = Double(rounds / count)
        // Six standard deviations of a binomial count.
        #expect(counts.joined().allSatisfy { abs(Double($0) - mean) < 6 * mean.squareRoot() })
    }

    @Test(arguments: [1, 2, 3, 4, 7, 16])
    func sharesPartition(ranks: Int) {
        for count in [0, 1, 2, 3, 15, 16, 17, 64, 255, 256, 1000, 60_000] {
            let shares = (0..<ranks).map { RankShare(rank: $0, ranks: ranks).range(of: count) }
            #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == count)
            for (a, b) in zip(shares, shares.dropFirst()) { #expect(a.upperBound == b.lowerBound) }
            let largest = shares.map(\.count).max() ?? 0
            #expect(largest - (shares.map(\.count).min() ?? 0) <= 1)
        }
    }

    /// Whatever a rank gets of a full batch, of the short one at the end of an epoch, or of a small subset's, there
    /// is room for it.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 16, 31])
    func shapesFitTheRoom(ranks: Int) {
        for batch in stride(from: ranks, through: 300, by: batchStep(ranks)) {
            let full = (0..<ranks).map {
                BatchDivision(batchSize: batch, share: RankShare(rank: $0, ranks: ranks))
            }
            for subset in [batch, batch - 1, batch / 2 + 1, 16, 1] where (1...batch).contains(subset) {
                let divisions = (0..<ranks).map {
                    BatchDivision(batchSize: subset, share: RankShare(rank: $0, ranks: ranks))
                }
                for size in 1...subset {
                    var next = 0
                    for (division, room) in zip(divisions, full) {
                        let range = division.range(of: size)
                        guard range.lowerBound == next, range.count <= room.columns else {
                            Issue.record(
                                "batch \(batch), of \(subset), of \(size): \(range), room for \(room.columns)"
                            )
                            return
                        }
                        next = range.upperBound
                    }
                    guard next == size else {
                        Issue.record("batch \(batch), of \(subset): \(next) of \(size)")
                        return
                    }
                }
            }
        }
    }

    private func places(_ plan: BatchPlan) -> [Int] { (0..<plan.columns).map(plan.place(ofColumn:)) }

    /// Fewer sizes where there are more ranks.
    private func batchStep(_ ranks: Int) -> Int { ranks <= 7 ? 1 : 5 }

    @Test(arguments: [(300, 64), (256, 64), (257, 64), (3, 64), (64, 64), (1, 1), (0, 64)], [true, false])
    func batchesPartitionTheEpoch(_ sizes: (samples: Int, batch: Int), dropsLast: Bool) {
        for ranks in 1...5 {
            let shares = (0..<ranks).map {
                EpochBatches(
                    samples: sizes.samples, dropsLast: dropsLast,
                    division: BatchDivision(batchSize: sizes.batch, share: RankShare(rank: $0, ranks: ranks)))
            }
            var next = 0
            for index in 0..<shares[0].count {
                let plans = shares.map { $0.plans[index] }
                let global = plans[0].shape.globalColumns
                #expect(plans.allSatisfy { $0.shape.globalColumns == global })
                #expect(plans.flatMap(places) == Array(next..<next + global))
                next += global
                if index < shares[0].count - 1 || dropsLast { #expect(global == sizes.batch) }
            }
            #expect(next == shares[0].visited)
            #expect(next == (dropsLast ? sizes.samples / sizes.batch * sizes.batch : sizes.samples))
        }
    }

    /// All first views of a batch come before all second ones, so that each is half a batch from its partner.
    @Test(arguments: [(300, 64), (256, 64), (33, 64), (259, 96), (1, 2), (0, 64)], [true, false])
    func viewsPairUp(_ sizes: (samples: Int, batch: Int), dropsLast: Bool) {
        for ranks in 1...5 {
            let shares = (0..<ranks).map {
                EpochBatches(
                    samples: sizes.samples, views: 2, dropsLast: dropsLast,
                    division: BatchDivision(batchSize: sizes.batch, share: RankShare(rank: $0, ranks: ranks)))
            }
            let half = sizes.batch / 2
            #expect(
                shares[0].count == (dropsLast ? sizes.samples : sizes.samples + half - 1) / half)
            var seen: [Int] = []
            for index in 0..<shares[0].count {
                let plans = shares.map { $0.plans[index] }
                let global = plans[0].shape.globalColumns
                let places = plans.flatMap(places)
                let views = plans.flatMap { plan in (0..<plan.columns).map(plan.view(ofColumn:)) }
                #expect(places.count == global && views.count == global && global % 2 == 0)
                for column in 0..<global {
                    #expect(places[column] == places[(column + global / 2) % global])
                    #expect(views[column] == (column < global / 2 ? 0 : 1))
                }
                seen += places.prefix(global / 2)
            }
            #expect(seen == Array(0..<(dropsLast ? sizes.samples / half * half : sizes.samples)))
            #expect(shares[0].visited == 2 * seen.count)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 20])
    func sharesOfWholeSlicesPartition(ranks: Int) {
        for columns in [16, 32, 64] {
            for count in [0, 1, 15, 16, 17, 63, 64, 65, 255, 256, 1000, 60_000] {
                let shares = (0..<ranks).map {
                    RankShare(rank: $0, ranks: ranks).range(of: count, slicesOf: columns)
                }
                #expect(shares.flatMap(Array.init) == Array(0..<count))
                for share in shares where !share.isEmpty {
                    #expect(share.lowerBound % columns == 0)
                    #expect(share.upperBound % columns == 0 || share.upperBound == count)
                }
            }
        }
    }
}
