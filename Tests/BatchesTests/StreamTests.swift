import Collectives
import Datasets
import Files
import Foundation
import Kernels
import RunSupport
import Store
import TestSupport
import Testing
import ThreadRanks

@testable import Batches
@testable import Checkpoints
@testable import Inference

extension BatchesTests {
    /// Training on samples that stay in their files.
    @Suite struct StreamTests {
        /// Samples whose first two values are the digits of their number.
        private func withNumberedSamples(
            _ count: Int, shards: Int, _ body: (String) throws -> Void
        ) throws {
            try withTemporaryDirectory { directory in
                var bytes = [UInt8](repeating: 0, count: count * 784)
                for sample in 0..<count {
                    bytes[sample * 784] = UInt8(sample % 250)
                    bytes[sample * 784 + 1] = UInt8(sample / 250)
                }
                let dataset = Dataset(bytes: bytes, shape: [1, 28, 28], name: "numbers", source: "")
                try ShardWriter.write(
                    train: dataset, test: dataset, to: directory + "/data", shards: shards)
                try body(directory + "/data")
            }
        }

        @Test func batchesOutliveTheirPass() throws {
            let dataset = Dataset(
                bytes: Array(repeating: 0, count: 64 * 784), shape: [1, 28, 28], name: "numbers", source: "")
            let images = Storage<Float>(count: 784 * paddedStride(64))
            let batches = try (0..<8).map { _ in
                try #require(
                    try SamplePass<Float>(dataset, dataset.allSamples, plans: [BatchPlan(0..<64)], window: 64)
                        .next(
                            into: images.pointer))
            }
            for batch in batches {
                #expect(Array(UnsafeBufferPointer(start: batch.identities, count: 64)) == Array(0..<64))
                #expect(Array(UnsafeBufferPointer(start: batch.positions, count: 64)) == Array(0..<64))
            }
        }

        /// What a rank finds in the batches that it loads in an epoch: the samples of each step.
        private func loaded(
            _ dataset: Dataset, _ order: EpochOrder, batchSize: Int, views: Int, share: RankShare
        ) throws -> [[Int32]] {
            let batches = EpochBatches(
                samples: order.count, views: views, dropsLast: false,
                division: BatchDivision(batchSize: batchSize, share: share))
            let pass = SamplePass<Float>(dataset, order: order, batches)
            let images = Storage<Float>(count: 784 * paddedStride(batchSize))
            var steps: [[Int32]] = []
            while let batch = try pass.next(into: images.pointer) {
                let (columns, stride) = (batch.shape.columns, batch.shape.stride)
                let seen = (0..<columns).map { column in
                    Int32((images.pointer[column] * 255).rounded())
                        + 250 * Int32((images.pointer[stride + column] * 255).rounded())
                }
                // Second views have names of their own.
                let names = UnsafeBufferPointer(start: batch.identities, count: columns)
                #expect(seen == names.map { $0 & .max })
                #expect(
                    names.indices.allSatisfy { (names[$0] < 0) == (batch.plan.view(ofColumn: $0) == 1) })
                steps.append(seen)
            }
            #expect(steps.count == batches.count)
            return steps
        }

        /// The samples of every step, on all ranks together.
        private func steps(
            _ dataset: Dataset, _ order: EpochOrder, batchSize: Int, views: Int = 1, ranks: Int
        ) throws -> [[Int32]] {
            let shares = try (0..<ranks).map {
                try loaded(
                    dataset, order, batchSize: batchSize, views: views,
                    share: RankShare(rank: $0, ranks: ranks))
            }
            return shares[0].indices.map { step in shares.flatMap { $0[step] } }
        }

        /// One shard or several, of rows that no number divides; windows of a few batches, which lie across
        /// pieces and shards; batches that 16 divides or not.
        @Test(arguments: [(1, 64), (7, 64), (7, 100), (3, 10)])
        func stepsAreTheSameOnAnyNumberOfRanks(shards: Int, batchSize: Int) throws {
            try withNumberedSamples(5003, shards: shards) { directory in
                let dataset = try Dataset.load(directory: directory, splits: [.train], memory: 0)[0]
                let stored = try #require(dataset.stored)
                for selection in [
                    dataset.allSamples, SampleSelection((0..<5003).filter { $0 % 11 < 4 || $0 > 4000 }),
                ] {
                    let windows = EpochWindows(
                        selection, of: stored, batchSize: batchSize, bytes: 700 * 784)
                    var epochs: [[Int32]] = []
                    for epoch in [0, 1] {
                        let order = EpochOrder(selection, windows: windows)
                        order.shuffle(seed: 42, epoch: epoch)
                        let alone = try steps(dataset, order, batchSize: batchSize, ranks: 1)
                        epochs.append(alone.flatMap { $0 })
                        #expect(epochs[epoch].sorted() == (0..<selection.count).map { selection[$0] })
                        #expect(alone.dropLast().allSatisfy { $0.count == batchSize })
                        for ranks in [2, 3, 4, 9] {
                            #expect(
                                try steps(dataset, order, batchSize: batchSize, ranks: ranks) == alone,
                                "\(ranks) ranks")
                        }
                    }
                    #expect(epochs[0] != epochs[1])
                    // An order does not depend on those before it: a resumed run finds the same.
                    let order = EpochOrder(selection, windows: windows)
                    for epoch in 0...1 { order.shuffle(seed: 42, epoch: epoch) }
                    #expect((0..<order.count).map(order.sample) == epochs[1])
                    order.shuffle(seed: 43, epoch: 1)
                    #expect((0..<order.count).map(order.sample) != epochs[1])
                }
            }
        }

        /// Two views of each sample, from files or from memory.
        @Test(arguments: [Int.max, 0]) func viewsAreThoseOfTheSameSamples(memory: Int) throws {
            try withNumberedSamples(1003, shards: 3) { directory in
                let dataset = try Dataset.load(directory: directory, splits: [.train], memory: memory)[0]
                let windows = dataset.stored.map {
                    EpochWindows(dataset.allSamples, of: $0, batchSize: 32, bytes: 200 * 784)
                }
                let order = EpochOrder(dataset.allSamples, windows: windows)
                order.shuffle(seed: 42, epoch: 1)
                for ranks in [1, 2, 3, 4, 9] {
                    let steps = try steps(dataset, order, batchSize: 64, views: 2, ranks: ranks)
                    for step in steps { #expect(step.prefix(step.count / 2) == step.suffix(step.count / 2)) }
                    #expect(steps.map(\.count) == Array(repeating: 64, count: 31) + [22])
                    #expect(steps.flatMap { $0.prefix($0.count / 2) } == (0..<1003).map(order.sample))
                }
            }
        }

        /// Samples in memory come in the same batches on any number of ranks, too.
        @Test func stepsOfSamplesInMemoryAreTheSame() throws {
            try withNumberedSamples(777, shards: 2) { directory in
                let dataset = try Dataset.load(directory: directory, split: .train)
                let order = EpochOrder(dataset.allSamples)
                order.shuffle(seed: 42, epoch: 3)
                let alone = try steps(dataset, order, batchSize: 64, ranks: 1)
                #expect(alone.flatMap { $0 } == (0..<777).map(order.sample))
                for ranks in 2...3 {
                    #expect(try steps(dataset, order, batchSize: 64, ranks: ranks) == alone)
                }
            }
        }

        /// Samples of a window come from few pieces of the files; those of an epoch's windows, from all.
        @Test func windowsNeedFewPieces() throws {
            try withNumberedSamples(20_000, shards: 1) { directory in
                let dataset = try Dataset.load(directory: directory, splits: [.train], memory: 0)[0]
                let stored = try #require(dataset.stored)
                let all = stored.pieces.count - 1
                try #require(all >= 50)
                // Windows of 5,000 samples: of 312 or 313 in each of 16 lanes, less than a piece of 334.
                let windows = EpochWindows(
                    dataset.allSamples, of: stored, batchSize: 256, bytes: 5000 * 784)
                let order = EpochOrder(dataset.allSamples, windows: windows)
                order.shuffle(seed: 1, epoch: 0)
                func pieces(_ places: Range<Int>) -> Set<Int> {
                    Set(places.map { Int(order.sample($0)) / 334 })
                }
                for start in stride(from: 0, to: 20_000, by: windows.places) {
                    #expect(pieces(start..<min(20_000, start + windows.places)).count <= 32)
                }
                #expect(pieces(0..<20_000).count == all)
                // Any batch is a mixture of as many pieces as there are lanes, at least.
                #expect(pieces(0..<256).count >= 16)
                // Neighbours in a file are not neighbours in a batch.
                let neighbours = (1..<20_000).count { order.sample($0) == order.sample($0 - 1) + 1 }
                #expect(neighbours < 200)
            }
        }

        /// A model finds the same in samples whether they are held or not.
        @Test(arguments: [1, 2, 3]) func evaluationIsTheSame(ranks: Int) throws {
            try withPictures(train: 700) { directory in
                let run = TinyRun(
                    data: directory + "/data", ["growth.max_leaves=2", "training.epochs.finetune=1"])
                try run.run(in: directory + "/run", ranks: 1)
                let evaluations = try [Int.max, 0].map { memory in
                    try ThreadCommunicator.run(ranks: ranks) { communicator in
                        try Evaluation.run(
                            CheckpointReader(directory + "/run/model.h5"),
                            on: Dataset.load(
                                directory: directory + "/data", splits: [.train], memory: memory)[0],
                            communicator: communicator, scalar: Double.self)
                    }[0]
                }
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                #expect(try encoder.encode(evaluations[0]) == encoder.encode(evaluations[1]))
                #expect(evaluations[0].clustering == evaluations[1].clustering)
            }
        }

        /// Every phase passes on samples without labels, and metrics that need them are absent.
        @Test func labelsAreOptional() throws {
            try withPictures(labelled: false) { directory in
                let outcome = try TinyRun(data: directory + "/data", ["data.memory_budget=0"])
                    .run(in: directory + "/run", ranks: 2)
                #expect(
                    Set(outcome.history.map(\.phase)) == ["initial", "subtree", "intermediate", "finetune"])
                #expect(outcome.history.allSatisfy { $0.acc == nil && $0.nmi == nil })
                #expect(outcome.evaluation.scores == nil && outcome.evaluation.clustering.table == nil)
                let log = String(decoding: try bytes(of: directory + "/run/metrics.jsonl"), as: UTF8.self)
                #expect(!log.contains("nmi") && !log.contains("acc"))
            }
        }

        /// A subtree grows alike on what is kept of the frozen tree and on what is computed again for every batch.
        @Test func outputsThatAreNotKeptAreTheSame() throws {
            try withPictures(train: 1200) { directory in
                let kept = try TinyRun(data: directory + "/data").run(in: directory + "/kept", ranks: 1)
                // The samples are held, and leave no room for 28 numbers for each of those of a leaf.
                let renewed = try TinyRun(data: directory + "/data", ["data.memory_budget=1"])
                    .run(in: directory + "/renewed", ranks: 1)
                #expect(kept.tree == renewed.tree)
                for (a, b) in zip(kept.history, renewed.history) {
                    #expect(abs(a.loss - b.loss) < 1e-9 * abs(a.loss), "\(a.phase), epoch \(a.epoch)")
                }
            }
        }

        @Test func aDamagedChunkEndsTheRunWithFileAndDataset() throws {
            try withPictures(train: 3000) { directory in
                let path = directory + "/data/train-00001-of-00002.h5"
                var contents = try bytes(of: path)
                contents[contents.count / 2] ^= 1
                try write(contents, to: path)
                let error = #expect(throws: AgreedError.self) {
                    try TinyRun(data: directory + "/data", ["data.memory_budget=0"])
                        .run(in: directory + "/run", ranks: 3)
                }
                #expect(error.map { "\($0)".contains("cannot read /x in \(path)") } == true)
            }
        }
    }
}
