import RunLog
import RunSupport
import Testing
import TestSupport

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
                let run = TinyRun(data: directory + "/data", [TinyRun.fewCheckpoints] + overrides)
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
            try check([], ranks: [2, 3], tolerance: 1e-6)
        }

        /// More than four ranks have finer slices: sums go through other additions, and the same tree comes out.
        @Test func manyRanksAgree() throws {
            try check(["training.batch_size=128"], ranks: [5, 8], tolerance: 1e-6, train: 600)
        }

        @Test func floatAgrees() throws {
            try check(
                ["precision=float"], ranks: [3], tolerance: 1e-3,
                columns: [.phaseIndex, .growthStep, .epoch, .leaves, .loss, .recLoss, .alpha, .learningRate])
        }

        /// Ranks that hold whole slices of a batch end with the same bits, whatever their number up to four: every
        /// parameter, running statistic and count of the finished model. Three are the number that has a prelude.
        private func checkBits(
            _ overrides: [String], batchSize: Int, train: Int, ranks: ClosedRange<Int> = 3...3
        ) throws {
            try withPictures(train: train) { directory in
                let run = TinyRun(
                    data: directory + "/data",
                    [TinyRun.fewCheckpoints, "training.batch_size=\(batchSize)"] + overrides)
                let alone = try run.run(in: directory + "/1", ranks: 1)
                #expect(
                    Set(alone.history.map(\.phase)) == ["initial", "subtree", "intermediate", "finetune"])
                let expected = try storedTensors(directory + "/1/model.h5")
                #expect(expected.count > 100)
                for ranks in ranks {
                    let shared = try run.run(in: directory + "/\(ranks)", ranks: ranks)
                    #expect(shared.tree == alone.tree)
                    let model = try storedTensors(directory + "/\(ranks)/model.h5")
                    #expect(differences(model, expected) == [], "\(ranks) ranks")
                }
            }
        }

        @Test(arguments: [(64, 300), (128, 600), (48, 203)]) func floatBitsAgree(batchSize: Int, train: Int)
            throws
        {
            try checkBits(["precision=float"], batchSize: batchSize, train: train, ranks: 2...4)
        }

        /// Products of wide layers by the system's CBLAS and in bfloat16 go through the same additions on every number of
        /// ranks, too.
        @Test(arguments: ["performance.kernels=blas", "precision=mixed"]) func bitsOfOtherKernelsAgree(
            choice: String
        ) throws {
            try checkBits(
                ["precision=float", "model.family=mlp", "model.layers=[32,12,12,12]", choice], batchSize: 64,
                train: 300, ranks: 2...4)
        }

        @Test func doubleBitsAgree() throws {
            try checkBits(["precision=double"], batchSize: 64, train: 300)
        }

        @Test func floatBitsOfTheOtherReferenceAgree() throws {
            try checkBits(TinyRun.pytorch + ["precision=float"], batchSize: 64, train: 300)
        }

        /// Views are told from those of all ranks.
        @Test(arguments: ["float", "double"]) func bitsAgreeWithContrastiveTerms(precision: String) throws {
            try checkBits(
                TinyRun.contrastive + ["precision=\(precision)", "growth.minimum_samples=64"], batchSize: 64,
                train: 400)
        }

        @Test func floatBitsAgreeOnSamplesInFiles() throws {
            try checkBits(["data.memory_budget=0"], batchSize: 64, train: 300)
        }

        @Test(arguments: [4096, 0]) func floatBitsAgreeOnAugmentedSamples(memory: Int) throws {
            try checkBits(
                ["augmentation.method=affine", "precision=float", "data.memory_budget=\(memory)"],
                batchSize: 64, train: 300)
        }

        /// Batches of 32 images, of 7 the last.
        @Test(arguments: [4096, 0]) func floatBitsAgreeOnTwoViews(memory: Int) throws {
            try checkBits(
                TinyRun.twoViews + ["precision=float", "data.memory_budget=\(memory)"], batchSize: 64,
                train: 295)
        }

        @Test(arguments: [[], ["augmentation.method=affine"], ["data.memory_budget=0"]])
        func floatBitsAgreeWithLedSplits(overrides: [String]) throws {
            try checkBits(
                [
                    "growth.start=mixture", "growth.lead_epochs=2", "growth.least_cloud=0",
                    "growth.most_overlap=0.9",
                    "growth.first_leaves=1", "precision=float",
                ]
                    + overrides, batchSize: 64, train: 300)
        }

        @Test func floatBitsAgreeWithPruningDuringFineTuning() throws {
            try checkBits(PruningDuringTests.overrides + ["precision=float"], batchSize: 48, train: 300)
        }

        @Test func theOtherReferenceAgrees() throws {
            try check(TinyRun.pytorch, ranks: [3], tolerance: 1e-6)
        }

        /// Samples skip nodes, so that ranks hold different parts of what reaches a node.
        @Test func sparsePathsAgree() throws {
            try check(["model.path_threshold=0.2"], ranks: [2, 3], tolerance: 1e-6)
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
