import RunLog
import TestSupport
import Testing

@testable import Training

extension TrainingTests {
    /// One run whole gives the same tree and the same losses on any number of ranks.
    @Suite struct RankIndependenceTests {
        private func check(
            _ overrides: [String], ranks: [Int], tolerance: Double, train: Int = 300,
            columns: [EpochRecord.Column] = EpochRecord.Column.allCases.filter {
                ![.seconds, .samplesPerSecond].contains($0)
            }
        ) throws {
            try withPictures(train: train) { directory in
                let run = TinyRun(data: directory + "/data", overrides)
                let alone = try run.run(in: directory + "/1", ranks: 1)
                // Every phase took place.
                #expect(
                    Set(alone.history.map(\.phase)) == ["initial", "subtree", "intermediate", "finetune"])
                for ranks in ranks {
                    let shared = try run.run(in: directory + "/\(ranks)", ranks: ranks)
                    #expect(shared.tree == alone.tree, "\(ranks) ranks")
                    try #require(shared.history.count == alone.history.count)
                    for (record, expected) in zip(shared.history, alone.history) {
                        let place =
                            "\(ranks) ranks, phase \(expected.phaseIndex) \(expected.phase), epoch \(expected.epoch)"
                        #expect(
                            record.phase == expected.phase && record.leaves == expected.leaves, "\(place)")
                        for column in columns {
                            let (value, wanted) = (record[column] ?? -1, expected[column] ?? -1)
                            #expect(
                                abs(value - wanted) <= tolerance * max(abs(wanted), 1e-3),
                                "\(place): \(column.rawValue) \(value) for \(wanted)")
                        }
                    }
                }
            }
        }

        @Test func doubleAgrees() throws {
            try check([], ranks: [2, 3, 4], tolerance: 1e-6)
        }

        @Test func floatAgrees() throws {
            try check(
                ["precision=float"], ranks: [2, 3, 4], tolerance: 1e-3,
                columns: [.phaseIndex, .growthStep, .epoch, .leaves, .loss, .recLoss, .alpha, .learningRate])
        }

        /// A batch of four whole slices is summed alike on up to four ranks, also in single precision.
        @Test func wholeSlicesAgreeInFloat() throws {
            try check(
                ["precision=float", "training.batch_size=64"], ranks: [2, 3, 4], tolerance: 1e-6)
        }

        @Test func theOtherReferenceAgrees() throws {
            try check(TinyRun.pytorch, ranks: [2, 3, 4], tolerance: 1e-6)
        }

        /// The last batch of an epoch has 3 samples: on four ranks one of them gets none.
        @Test func emptySharesAgree() throws {
            try check([], ranks: [4], tolerance: 1e-6, train: 259)
            try check([], ranks: [2], tolerance: 1e-6, train: 257)
        }

        @Test func pruningAgrees() throws {
            try check(["growth.prune_share=0.2"], ranks: [3], tolerance: 1e-6)
        }
    }
}
