import Files
import Networks
import RunLog
import RunSupport
import Store
import TestSupport
import Testing
import TreeModel

@testable import Checkpoints
@testable import Training

extension TrainingTests {
    /// What is not a tree: a node for each level, or one, and two phases.
    @Suite struct BaselineTests {
        /// Trains on one rank, on others and from every checkpoint: the same bits come out.
        private func check(_ kind: String, _ overrides: [String], nodes: Int) throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", ["model.kind=\(kind)", "training.batch_size=64"] + overrides)
                let alone = try run.run(in: directory + "/1", ranks: 1)
                #expect(alone.tree == .chain(levels: nodes))
                #expect(
                    alone.history.map(\.phase) == Array(repeating: "initial", count: 2)
                        + Array(repeating: "finetune", count: 2))
                #expect(alone.growth.isEmpty)
                #expect(alone.history.last!.recLoss < alone.history[0].recLoss)
                #expect(alone.history.allSatisfy { $0.klDecisions == 0 })
                #expect(alone.evaluation.leaves == 1 && alone.evaluation.terms.klNodes.isZero == (nodes == 1))
                let expected = try storedTensors(directory + "/1/model.h5")
                _ = try run.run(in: directory + "/3", ranks: 3, with: [TinyRun.fewCheckpoints])
                #expect(try differences(storedTensors(directory + "/3/model.h5"), expected) == [])
                for checkpoint in RunDirectory(directory + "/1").checkpointsNewestFirst() {
                    let target = RunDirectory(directory + "/resumed")
                    _ = try target.take()
                    try copyFile(
                        checkpoint,
                        to: Directory.join(target.checkpoints, Directory.lastComponent(of: checkpoint)))
                    let resumed = try run.run(
                        in: target.path, ranks: 2, resumes: true, with: [TinyRun.fewCheckpoints])
                    // Sums over two ranks are rounded otherwise.
                    let (losses, wanted) = (resumed.history.map(\.loss), alone.history.map(\.loss))
                    #expect(relativeDifference(losses, wanted) < 1e-6)
                    #expect(try differences(storedTensors(target.model), expected) == [], "\(checkpoint)")
                    Directory.remove(target.path)
                }
            }
        }

        private static let variants: [[String]] = [
            [], ["precision=float", "augmentation.method=affine"], TinyRun.contrastive,
        ]

        @Test(arguments: variants) func vae(overrides: [String]) throws {
            try check("vae", overrides, nodes: 1)
        }

        @Test func vaeOfOneLevel() throws {
            try check("vae", ["model.layers=[16]", "model.latent=[3]"], nodes: 1)
        }

        @Test(arguments: variants) func ladderVAE(overrides: [String]) throws {
            try check("ladder-vae", overrides, nodes: 4)
        }

        /// Other rules of growth on resuming let no finished baseline grow.
        @Test func baselinesDoNotGrow() throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", ["model.kind=ladder-vae"])
                let alone = try run.run(in: directory + "/run", ranks: 1)
                let resumed = try run.run(
                    in: directory + "/run", ranks: 1, resumes: true, with: ["growth.max_leaves=6"])
                #expect(resumed.tree == alone.tree && resumed.history.count == alone.history.count)
            }
        }
    }
}
