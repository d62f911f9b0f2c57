import Collectives
import Files
import Kernels
import Networks
import RunSupport
import Store
import TestSupport
import Testing
import TreeModel

@testable import Checkpoints

extension CheckpointsTests {
    @Suite struct CheckpointTests {
        @Test func roundTrip() throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data")
                let outcome = try run.run(in: directory + "/run", ranks: 1)
                let out = RunDirectory(directory + "/run")
                let reader = try CheckpointReader(out.model)
                #expect(reader.header.tree == outcome.tree)
                #expect(reader.header.history == outcome.history)
                #expect(reader.header.phaseName == "finished" && reader.header.growingLeaf == nil)
                #expect(reader.header.inputShape == [1, 28, 28] && reader.header.datasetName == "pictures")
                #expect(reader.header.classNames == ["left", "right", "top", "bottom"])
                // Training is followed on the test split, and so is the evaluation at the end.
                #expect(reader.header.clustering == outcome.evaluation.clustering)
                let model = TreeVAE<Double>(
                    architecture: Architecture(reader.header.configuration, inputShape: [1, 28, 28]),
                    tree: reader.header.tree, columns: 4, training: false)
                try reader.restore(model)
                let stored = try storedTensors(out.model)
                for tensor in model.arena.parameters {
                    let path = CheckpointFormat.path(of: tensor.name, in: model.tree)
                    #expect(
                        stored[path]
                            == Array(
                                UnsafeBufferPointer(start: model.arena.value(tensor), count: tensor.count)))
                }
                let growing = try out.checkpointsNewestFirst().map { try CheckpointReader($0).header }
                    .first { $0.growingLeaf != nil }
                #expect(growing?.phaseName == "subtree")
                #expect(growing.map { $0.tree.leaves.contains($0.growingLeaf!) } == true)
            }
        }

        @Test func unknownVersionsAndFormatsAreRefused() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["growth.max_leaves=2", "training.epochs.finetune=1"])
                try run.run(in: directory + "/run", ranks: 1)
                func message(_ attribute: String, _ value: String) throws -> String {
                    let path = directory + "/changed.h5"
                    let file = try HDF5File.create(path)
                    try file.root.setAttribute(
                        "format", to: attribute == "format" ? value : "treevae-dist checkpoint")
                    try file.root.setAttribute(
                        "format_version", to: attribute == "format_version" ? Int(value)! : 1)
                    try file.close()
                    do {
                        _ = try CheckpointReader(path)
                        return "no error was thrown"
                    } catch {
                        return "\(error)"
                    }
                }
                let version = try message("format_version", "99")
                #expect(version.contains("/changed.h5") && version.contains("version is 99"))
                #expect(try message("format", "something else").contains("no checkpoint of treevae-dist"))
                #expect(try message("format", "treevae-dist checkpoint").contains("/changed.h5"))
                #expect(throws: StoreError.self) {
                    try CheckpointReader(directory + "/data/train-00000-of-00002.h5.none")
                }
                let shard = "\(directory)/data/train-00000-of-00002.h5"
                #expect(throws: CheckpointError.self) { try CheckpointReader(shard) }
            }
        }

        @Test func onlyTheNewestStay() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["checkpoint.keep=2", "checkpoint.every_epochs=2"])
                try run.run(in: directory + "/run", ranks: 1)
                let out = RunDirectory(directory + "/run")
                #expect(
                    out.checkpointsNewestFirst().map { Directory.lastComponent(of: $0) } == [
                        "checkpoint-000009.h5", "checkpoint-000007.h5",
                    ])
                #expect(
                    try Directory.list(out.path).sorted() == [
                        "checkpoints", "config.yml", "data.txt", "metrics.jsonl", "model.h5",
                    ])
            }
        }
    }

    @Suite struct DataTests {
        @Test(arguments: [1, 2]) func unlabelledDataTrain(ranks: Int) throws {
            try withPictures(labelled: false) { directory in
                let outcome = try TinyRun(data: directory + "/data").run(in: directory + "/run", ranks: ranks)
                #expect(outcome.history.allSatisfy { $0.acc == nil && $0.nmi == nil })
                #expect(outcome.evaluation.scores == nil && outcome.evaluation.samples == 90)
                let log = String(decoding: try bytes(of: directory + "/run/metrics.jsonl"), as: UTF8.self)
                #expect(!log.contains("acc") && !log.contains("nmi") && log.contains("rec_loss"))
                let header = try CheckpointReader(directory + "/run/model.h5").header
                #expect(header.classNames == [] && header.clustering?.table == nil)
                #expect(header.clustering?.sampleCount == 90)
            }
        }

        @Test func withoutATestSplitTrainingIsFollowedOnItself() throws {
            try withPictures(test: 0) { directory in
                let outcome = try TinyRun(data: directory + "/data").run(in: directory + "/run", ranks: 2)
                #expect(outcome.evaluation.samples == 300)
                #expect(outcome.history.allSatisfy { $0.nmi != nil })
            }
        }

        @Test func floatsTrainLikeBytes() throws {
            try withPictures { directory in
                try Pictures.write(to: directory + "/floats", floats: true)
                let bytes = try TinyRun(data: directory + "/data").run(in: directory + "/bytes-run", ranks: 1)
                let floats = try TinyRun(data: directory + "/floats").run(
                    in: directory + "/floats-run", ranks: 1)
                for (a, b) in zip(bytes.history, floats.history) {
                    #expect(abs(a.loss - b.loss) < 1e-4 * b.loss)
                }
            }
        }

        @Test func noBatchIsLeft() throws {
            try withPictures(train: 47) { directory in
                let error = #expect(throws: AgreedError.self) {
                    try TinyRun(data: directory + "/data", ["training.drop_last=true"]).run(
                        in: directory + "/run", ranks: 1)
                }
                #expect(error?.message.contains("no batch would be left") == true)
                #expect(!Directory.exists(directory + "/run"))
            }
        }

        /// Phases without epochs are passed through: the model is there all the same, and tells its shares.
        @Test func phasesWithoutEpochs() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data",
                    ["training.epochs.finetune=0", "training.epochs.intermediate=0"])
                let outcome = try run.run(in: directory + "/run", ranks: 2)
                #expect(Set(outcome.history.map(\.phase)) == ["initial", "subtree"])
                let header = try CheckpointReader(directory + "/run/model.h5").header
                #expect(header.clustering == outcome.evaluation.clustering)
                #expect(header.tree.leaves.count == outcome.tree.leaves.count)
            }
        }
    }
}
