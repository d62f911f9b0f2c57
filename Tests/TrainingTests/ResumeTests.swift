import Collectives
import Files
import Foundation
import Networks
import RunLog
import RunSupport
import TestSupport
import Testing
import TreeModel

@testable import Checkpoints
@testable import Training

extension TrainingTests {
    @Suite struct ResumeTests {
        private static let allPhases: Set = ["initial", "subtree", "intermediate", "finetune"]

        /// From its checkpoints a run goes on, and ends with the same bits.
        ///
        /// - Parameter everyEpochOf: kinds of phases of which it goes on from every epoch; of others from the last alone.
        private func check(_ overrides: [String], ranks: Int, everyEpochOf phases: Set<String> = []) throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", overrides)
                let whole = try run.run(in: directory + "/whole", ranks: ranks)
                let expected = try storedTensors(directory + "/whole/model.h5")
                #expect(expected.count > 80)
                let checkpoints = try RunDirectory(directory + "/whole").checkpointsNewestFirst().reversed()
                    .map { (path: $0, phase: try CheckpointReader($0).header.phaseName) }
                #expect(checkpoints.count == whole.history.count)
                #expect(Set(checkpoints.map(\.phase)) == Self.allPhases)
                for (index, checkpoint) in checkpoints.enumerated() {
                    let isLast =
                        index + 1 == checkpoints.count || checkpoints[index + 1].phase != checkpoint.phase
                    guard isLast || phases.contains(checkpoint.phase) else { continue }
                    let target = RunDirectory(directory + "/resumed-\(index)")
                    _ = try target.take()
                    try copyFile(
                        checkpoint.path,
                        to: Directory.join(target.checkpoints, Directory.lastComponent(of: checkpoint.path)))
                    let resumed = try run.run(
                        in: target.path, ranks: ranks, resumes: true, with: [TinyRun.fewCheckpoints])
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
            try check([], ranks: ranks, everyEpochOf: ranks == 1 ? [] : Self.allPhases)
        }

        @Test func everyPhaseOfTheOtherReference() throws {
            try check(TinyRun.pytorch + ["precision=float"], ranks: 3)
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
        @Test func everyEpochWithPruningDuringFineTuning() throws {
            try check(PruningDuringTests.overrides, ranks: 2, everyEpochOf: ["finetune"])
        }

        @Test(arguments: [1, 2]) func everyEpochOfLedSplits(firstLeaves: Int) throws {
            try check(
                [
                    "growth.start=mixture", "growth.lead_epochs=2", "growth.least_cloud=0",
                    "growth.most_overlap=0.9",
                    "growth.first_leaves=\(firstLeaves)",
                ], ranks: 2, everyEpochOf: firstLeaves == 1 ? ["subtree"] : [])
        }

        /// Checkpoints between steps: the run that writes them and those that go on from them, on another number of ranks,
        /// end with the same bits.
        @Test(arguments: [["data.memory_budget=0"], TinyRun.twoViews + ["precision=float"]])
        func withinEpochs(overrides: [String]) throws {
            try withPictures(train: 200) { directory in
                let run = TinyRun(data: directory + "/data", overrides)
                let whole = try run.run(in: directory + "/whole", ranks: 1)
                let expected = try storedTensors(directory + "/whole/model.h5")
                let often = try run.run(
                    in: directory + "/often", ranks: 2, with: ["checkpoint.every_minutes=1e-9"])
                #expect(try differences(storedTensors(directory + "/often/model.h5"), expected) == [])
                #expect(often.history.map(\.nmi) == whole.history.map(\.nmi))
                let partial = try RunDirectory(directory + "/often").checkpointsNewestFirst().map {
                    (path: $0, header: try CheckpointReader($0).header)
                }.filter { $0.header.state.partial.steps > 0 }
                #expect(partial.count > whole.history.count)
                #expect(Set(partial.map(\.header.phaseName)) == Self.allPhases)
                let some = stride(from: 0, to: partial.count, by: partial.count / 3).map {
                    partial[$0].path
                }
                for (index, path) in some.enumerated() {
                    let target = RunDirectory(directory + "/resumed-\(index)")
                    _ = try target.take()
                    try copyFile(
                        path, to: Directory.join(target.checkpoints, Directory.lastComponent(of: path)))
                    let resumed = try run.run(
                        in: target.path, ranks: 1 + index % 4, resumes: true,
                        with: ["checkpoint.every_minutes=0", TinyRun.fewCheckpoints])
                    #expect(try differences(storedTensors(target.model), expected) == [], "from \(path)")
                    #expect(resumed.history.count == whole.history.count)
                    for (resumed, whole) in zip(resumed.history, whole.history) {
                        #expect(abs(resumed.loss - whole.loss) <= 1e-9 * abs(whole.loss))
                        #expect(resumed.epoch == whole.epoch && resumed.nmi == whole.nmi)
                    }
                }
            }
        }

        /// Where the tree stays as it is, fine-tuning has the arena of the phase before it, but none of its moments.
        @Test func aPhaseBeginsWithoutMoments() throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", ["growth.max_leaves=2", "growth.prune=false"])
                try run.run(in: directory + "/whole", ranks: 1)
                let expected = try storedTensors(directory + "/whole/model.h5")
                let last = try #require(
                    try RunDirectory(directory + "/whole").checkpointsNewestFirst().first {
                        try CheckpointReader($0).header.phaseName == "initial"
                    })
                let reader = try CheckpointReader(last)
                let header = reader.header
                let model = TreeVAE<Double>(
                    architecture: Architecture(header.configuration, inputShape: header.inputShape),
                    tree: header.tree, columns: 8, training: true)
                try reader.restore(model)
                for index in 0..<model.arena.count {
                    model.arena.firstMoment.pointer[index] = 1
                    model.arena.secondMoment.pointer[index] = 1
                }
                let target = RunDirectory(directory + "/resumed")
                _ = try target.take()
                try CheckpointWriter(header: header, arena: model.arena).write(
                    to: Directory.join(target.checkpoints, Directory.lastComponent(of: last)))
                try run.run(in: target.path, ranks: 1, resumes: true)
                #expect(try differences(storedTensors(target.model), expected) == [])
            }
        }

        @Test func whatDivergedIsPassedOver() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["growth.max_leaves=2", "training.epochs.finetune=1"])
                let whole = try run.run(in: directory + "/run", ranks: 1)
                let out = RunDirectory(directory + "/run")
                Directory.remove(out.model)
                // As releases wrote it that did not look at what the last step had made.
                let newest = out.checkpointsNewestFirst()
                let checkpoint = try CheckpointReader(newest[0])
                let model: TreeVAE<Double> = try checkpoint.model(columns: 8)
                model.arena.values.pointer[7] = .nan
                try CheckpointWriter(header: checkpoint.header, arena: model.arena).write(
                    to: newest[0])
                let (found, skipped) = try Resume.newest(in: out)
                #expect(found.path == newest[1] && skipped.count == 1)
                #expect(skipped[0].hasPrefix("skipped \(newest[0]): ") && skipped[0].contains("diverged"))
                let resumed = try run.run(in: out.path, ranks: 1, resumes: true)
                #expect(resumed.history.map(\.loss) == whole.history.map(\.loss))
            }
        }

        /// Nothing is saved of a run whose parameters leave all bounds, in whichever step.
        @Test(arguments: [1, 2]) func aRunThatDivergesKeepsWhatCameBefore(ranks: Int) throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data",
                    ["optimizer.learning_rate=1e9", "checkpoint.every_minutes=1e-9"])
                let error = #expect(throws: Interruption.self) {
                    try run.run(in: directory + "/run", ranks: ranks)
                }
                #expect(error?.exitStatus == 1 && error?.description.contains("the run diverged") == true)
                #expect(RunDirectory(directory + "/run").checkpointsNewestFirst() == [])
                #expect(!RunDirectory(directory + "/run").hasRun)
            }
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
                let trials = ProcessInfo.processInfo.environment["TREEVAE_FAULTS"] == "all" ? 500 : 300
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
