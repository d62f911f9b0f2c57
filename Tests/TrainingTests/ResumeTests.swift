import Collectives
import RunLog
import RunSupport
import Store
import Testing
import TestSupport

@testable import Checkpoints
@testable import Training

extension TrainingTests {
    @Suite struct ResumeTests {
        /// From its checkpoints a run goes on, and ends with the same bits.
        ///
        /// - Parameter everyEpoch: whether from the checkpoint after every epoch, or from the last of each phase alone.
        private func check(_ overrides: [String], ranks: Int, everyEpoch: Bool = false) throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", overrides)
                let whole = try run.run(in: directory + "/whole", ranks: ranks)
                let expected = try storedTensors(directory + "/whole/model.h5")
                #expect(expected.count > 100)
                let checkpoints = try RunDirectory(directory + "/whole").checkpointsNewestFirst().reversed()
                    .map { (path: $0, phase: try CheckpointReader($0).header.phaseName) }
                #expect(checkpoints.count == whole.history.count)
                #expect(Set(checkpoints.map(\.phase)) == ["initial", "subtree", "intermediate", "finetune"])
                for (index, checkpoint) in checkpoints.enumerated() {
                    let isLast =
                        index + 1 == checkpoints.count || checkpoints[index + 1].phase != checkpoint.phase
                    guard everyEpoch || isLast else { continue }
                    let target = RunDirectory(directory + "/resumed-\(index)")
                    try target.create()
                    try copyFile(
                        checkpoint.path,
                        to: Directory.join(target.checkpoints, Directory.lastComponent(of: checkpoint.path)))
                    let resumed = try run.run(in: target.path, ranks: ranks, resumes: true)
                    #expect(resumed.tree == whole.tree)
                    #expect(resumed.history.map(\.loss) == whole.history.map(\.loss))
                    #expect(resumed.history.map(\.nmi) == whole.history.map(\.nmi))
                    #expect(
                        try differences(storedTensors(target.model), expected) == [],
                        "from \(checkpoint.path)")
                    let log = String(decoding: try bytes(of: target.metrics), as: UTF8.self)
                    #expect(log.split(separator: "\n").count == whole.history.count)
                    Directory.remove(target.path)
                }
            }
        }

        @Test(arguments: [1, 2]) func everyEpochOfEveryPhase(ranks: Int) throws {
            try check([], ranks: ranks, everyEpoch: true)
        }

        @Test(arguments: [1, 3]) func everyPhaseOfTheOtherReference(ranks: Int) throws {
            try check(TinyRun.pytorch + ["precision=float"], ranks: ranks)
        }

        @Test func everyPhaseOnSamplesInFiles() throws {
            try check(["data.memory_budget=0"], ranks: 2)
        }

        @Test func everyPhaseOnAugmentedSamples() throws {
            try check(["augmentation.method=affine"], ranks: 1)
        }

        @Test func everyPhaseOnTwoViews() throws {
            try check(TinyRun.twoViews, ranks: 2)
        }

        @Test func everyPhaseWithSparsePaths() throws {
            try check(["model.path_threshold=0.2"], ranks: 2)
        }

        @Test func everyPhaseWithContrastiveTerms() throws {
            try check(TinyRun.contrastive + ["growth.minimum_samples=48"], ranks: 2)
        }

        @Test func everyPhaseWithPruning() throws {
            try check(["growth.prune_share=0.2"], ranks: 2)
        }

        /// Pruned between epochs of fine-tuning, a run keeps its optimiser's moments, which lie on all ranks.
        @Test(arguments: [1, 2]) func everyEpochWithPruningDuringFineTuning(ranks: Int) throws {
            try check(PruningDuringTests.overrides, ranks: ranks, everyEpoch: true)
        }

        @Test(arguments: [1, 2]) func everyEpochOfLedSplits(firstLeaves: Int) throws {
            try check(
                [
                    "growth.start=mixture", "growth.lead_epochs=2", "growth.least_cloud=0",
                    "growth.first_leaves=\(firstLeaves)",
                ], ranks: 2,
                everyEpoch: true)
        }

        @Test func aDamagedCheckpointIsPassedOver() throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data")
                try run.run(in: directory + "/run", ranks: 1)
                let out = RunDirectory(directory + "/run")
                let expected = try storedTensors(out.model)
                let checkpoints = out.checkpointsNewestFirst()
                var damaged = try bytes(of: checkpoints[0])
                damaged[damaged.count / 2] ^= 4
                try write(damaged, to: checkpoints[0])
                try write(try bytes(of: checkpoints[1]).dropLast(1000), to: checkpoints[1])
                try write([], to: checkpoints[2])
                removeFile(out.model)

                let (found, skipped) = try Resume.newest(in: out)
                #expect(found.path == checkpoints[3])
                #expect(skipped.count == 3)
                for (message, path) in zip(skipped, checkpoints) {
                    #expect(message.hasPrefix("skipped \(path): "))
                }
                let plan = try RunPlan(
                    configuration: nil, defaults: .published, overrides: [], source: .shards(run.data),
                    directory: out,
                    resumes: true, ranks: 1)
                #expect(plan.notices == skipped + ["resuming from \(checkpoints[3])"])
                try run.run(in: out.path, ranks: 1, resumes: true)
                #expect(try differences(storedTensors(out.model), expected) == [])
            }
        }

        /// A damaged file is refused or reads the same.
        @Test func flippedBitsAndLostBlocksAreNoticedOrHarmless() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["training.epochs.finetune=1", "growth.max_leaves=2"])
                try run.run(in: directory + "/run", ranks: 1)
                let out = RunDirectory(directory + "/run")
                let original = out.checkpointsNewestFirst()[0]
                let contents = try bytes(of: original)
                let expected = try storedTensors(original)
                let header = try CheckpointReader(original).header
                let path = directory + "/flipped.h5"
                var noticed = 0
                func read(_ damaged: [UInt8], _ words: Comment) throws {
                    try write(damaged, to: path)
                    do {
                        let reader = try CheckpointReader(path)
                        #expect(reader.header.tree == header.tree && reader.header.history == header.history)
                        #expect(
                            reader.header.configuration == header.configuration
                                && reader.header.state == header.state)
                        #expect(try differences(storedTensors(path), expected) == [], words)
                    } catch {
                        noticed += 1
                        #expect("\(error)".contains(path))
                    }
                }
                let trials = 300
                for trial in 0..<trials {
                    let offset = Int((0.5 + 0.5 * number(trial)) * Double(contents.count))
                    var damaged = contents
                    damaged[offset] ^= 1 << UInt8(trial % 8)
                    try read(damaged, "byte \(offset)")
                }
                #expect(noticed > trials / 2)
                // What a disk lost reads as zeros, and so does its checksum.
                for start in stride(from: 0, to: contents.count, by: 4096) {
                    var damaged = contents
                    for index in start..<min(start + 4096, contents.count) { damaged[index] = 0 }
                    try read(damaged, "block at \(start)")
                }
            }
        }

        @Test func withoutAnyCheckpointSaysSo() throws {
            try withTemporaryDirectory { directory in
                let error = #expect(throws: TrainingError.self) {
                    try Resume.newest(in: RunDirectory(directory))
                }
                #expect(error?.description.contains("there is no checkpoint to resume from") == true)
            }
        }

        @Test func otherDataAreRefused() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["growth.max_leaves=2", "training.epochs.finetune=1"])
                try run.run(in: directory + "/run", ranks: 1)
                try Pictures.write(to: directory + "/others", name: "others")
                var error = #expect(throws: AgreedError.self) {
                    try TinyRun(data: directory + "/others").run(
                        in: directory + "/run", ranks: 1, resumes: true)
                }
                #expect(
                    error?.message.contains("was trained on pictures, not on others") == true,
                    "\(error as Any)")
                error = #expect(throws: AgreedError.self) { try run.run(in: directory + "/run", ranks: 1) }
                #expect(error?.message.contains("holds a run already") == true)
            }
        }
    }
}
