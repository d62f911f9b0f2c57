import Collectives
import Configuration
import Datasets
import Files
import Kernels
import Layers
import RunLog
import RunSupport
import TestSupport
import Testing
import ThreadRanks
import Topology
import Training
import TreeModel

@testable import Checkpoints
@testable import DeepECT
@testable import GradientCheck

@Suite(.serialized) struct DeepECTTrainingTests {
    private static let schedule = [
        "model.kind=deepect", "precision=double", "deepect.hidden=[24,16]", "deepect.embedding=3",
        "deepect.split_every=3", "deepect.restarts=3", "training.batch_size=64",
        "training.epochs.initial=4", "training.epochs.finetune=4", "growth.max_leaves=4",
        "optimizer.learning_rate=0.003", "optimizer.time_decay=0", "checkpoint.keep=1000",
        "training.replica_check_every=3",
    ]

    private struct Outcome {
        let tree: Tree
        let history: [EpochRecord]
        let evaluation: DeepECTEvaluation
    }

    private func train(
        _ overrides: [String], in directory: String, data: String, ranks: Int, resumes: Bool = false
    ) throws -> Outcome {
        let outcomes = try ThreadCommunicator.run(ranks: ranks) { communicator in
            let plan = try communicator.agree("plan") {
                try RunPlan(
                    configuration: nil, defaults: .published,
                    overrides: resumes ? [] : Self.schedule + overrides, source: .shards(data),
                    directory: RunDirectory(directory), resumes: resumes, ranks: communicator.size)
            }.digested(by: communicator)
            func run<R: Scalar>(_ scalar: R.Type) throws -> Outcome {
                let trainer = try communicator.agree("trainer") {
                    try DeepECTTrainer<R>(plan, communicator: communicator)
                }
                let outcome = try trainer.run()
                return Outcome(
                    tree: outcome.tree, history: trainer.history, evaluation: outcome.evaluation)
            }
            return try run(plan.configuration.precision.scalar)
        }
        for outcome in outcomes { #expect(outcome.tree == outcomes[0].tree) }
        return outcomes[0]
    }

    private static let variants: [[String]] = [
        [],
        [
            "precision=float", "augmentation.method=affine", "augmentation.views=2",
            "augmentation.keep_first=true",
        ],
    ]

    /// On one rank, on others and from every checkpoint the same bits come out.
    @Test(arguments: variants) func runsAreRepeatable(overrides: [String]) throws {
        try withPictures { directory in
            let data = directory + "/data"
            let alone = try train(overrides, in: directory + "/1", data: data, ranks: 1)
            #expect(alone.tree.leaves.count == 4)
            #expect(
                alone.history.map(\.phase) == Array(repeating: "initial", count: 4)
                    + Array(repeating: "finetune", count: 4))
            #expect(alone.history[3].recLoss < alone.history[0].recLoss)
            #expect(alone.history[0].nodeCentres == nil && alone.history[7].dataCompression ?? 0 > 0)
            #expect(alone.evaluation.scores(leaves: 2)?.acc ?? 0 >= 0.25)
            let expected = try storedTensors(directory + "/1/model.h5")
            for ranks in 2...3 {
                _ = try train(overrides, in: directory + "/\(ranks)", data: data, ranks: ranks)
                #expect(try differences(storedTensors(directory + "/\(ranks)/model.h5"), expected) == [])
            }
            for checkpoint in RunDirectory(directory + "/1").checkpointsNewestFirst() {
                let target = RunDirectory(directory + "/resumed")
                try Directory.create(target.path)
                try Directory.create(target.checkpoints)
                try copyFile(
                    checkpoint,
                    to: Directory.join(target.checkpoints, Directory.lastComponent(of: checkpoint)))
                let resumed = try train([], in: target.path, data: data, ranks: 1, resumes: true)
                #expect(resumed.history.map(\.loss) == alone.history.map(\.loss))
                #expect(try differences(storedTensors(target.model), expected) == [], "\(checkpoint)")
                Directory.remove(target.path)
            }
            // A finished model is measured as it was at its end.
            let evaluation = try ThreadCommunicator.run(ranks: 2) { communicator in
                let reader = try CheckpointReader(directory + "/1/model.h5")
                let test = try Dataset.load(directory: data, split: .test)
                return try DeepECTEvaluation(reader, on: test, communicator: communicator)
            }[0]
            #expect(evaluation.clustering == alone.evaluation.clustering)
            #expect(abs(evaluation.reconstructionLoss / alone.evaluation.reconstructionLoss - 1) < 1e-6)
            #expect(
                message {
                    let _: TreeVAE<Double> = try CheckpointReader(directory + "/1/model.h5").model(
                        columns: 16)
                }.contains("deep embedded cluster tree"))
        }
    }

    /// Pictures of four kinds fall into the leaves of a tree that has learned a little longer.
    @Test func itFindsTheClasses() throws {
        try withPictures { directory in
            let outcome = try train(
                [
                    "training.epochs.initial=40", "training.epochs.finetune=10",
                    "checkpoint.every_epochs=1000",
                ],
                in: directory + "/run", data: directory + "/data", ranks: 1)
            let scores = try #require(outcome.evaluation.scores)
            #expect(scores.acc > 0.7 && scores.nmi > 0.7, "\(scores)")
        }
    }

    /// The gradients of the reconstruction and of what the tree adds, centres and directions held.
    @Test func gradients() throws {
        var configuration = Configuration()
        (configuration.deepect.hidden, configuration.deepect.embedding) = ([7, 5], 3)
        let autoencoder = Autoencoder<Double>(configuration.deepect, features: 11, columns: 6, training: true)
        autoencoder.arena.initialise(.fanIn, seed: 3, generation: 0)
        var tree = ClusterTree(root: [0, 0, 0])
        tree.split(0, at: [0.5, 0, 0.2], [-0.4, 0.1, 0])
        tree.split(1, at: [0.5, 0.3, 0.2], [0.4, -0.3, 0.1])
        let batch = BatchShape(columns: 6, globalColumns: 6)
        GradientCheck.fill(
            autoencoder.images.value, count: 11 * batch.stride, tensor: 9, low: 0, high: 1)
        let assignments: [Int32] = [0, 1, 2, 0, 1, 2]
        let worst = try DirectionalCheck().worst(autoencoder.arena, seed: 1) { _ in
            autoencoder.encode(batch)
            let error = autoencoder.reconstruct()
            autoencoder.backwardDecoder()
            let result = try ClusterLoss(tree).evaluate(
                autoencoder.embedding.value, assignments, batch, views: 1,
                gradient: autoencoder.embedding.gradient, SoloCommunicator())
            autoencoder.backwardEncoder()
            return error + result.dataCompression
        }
        #expect(worst.error < GradientCheck.tolerance, "\(worst)")
    }

    /// Written as the formula reads.
    @Test func reconstructionIsTheMeanSquaredError() {
        var configuration = Configuration()
        (configuration.deepect.hidden, configuration.deepect.embedding) = ([4], 2)
        let autoencoder = Autoencoder<Double>(configuration.deepect, features: 3, columns: 5, training: true)
        autoencoder.arena.initialise(.fanIn, seed: 1, generation: 0)
        let batch = BatchShape(columns: 5, globalColumns: 5)
        GradientCheck.fill(autoencoder.images.value, count: 3 * batch.stride, tensor: 2, low: -1, high: 1)
        func tensor(_ name: String) -> [Double] {
            let tensor = autoencoder.arena.parameters.first { $0.name == "autoencoder/" + name }!
            return (0..<tensor.count).map { autoencoder.arena.value(tensor)[$0] }
        }
        func dense(_ x: [Double], _ name: String, rectified: Bool) -> [Double] {
            let (weight, bias) = (tensor(name + "/weight"), tensor(name + "/bias"))
            return bias.indices.map { row in
                let sum = x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] }
                return rectified ? max(0, sum) : sum
            }
        }
        var squares = 0.0
        for column in 0..<5 {
            let x = (0..<3).map { autoencoder.images.value[$0 * batch.stride + column] }
            let z = dense(
                dense(x, "encoder/linear_1", rectified: true), "encoder/linear_2", rectified: false)
            let y = dense(
                dense(z, "decoder/linear_1", rectified: true), "decoder/linear_2", rectified: false)
            squares += zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        autoencoder.encode(batch)
        #expect(abs(autoencoder.reconstruct() - squares / 15) < 1e-14)
    }

    /// About as many inputs stay as should, others for every sample and epoch.
    @Test func masksKeepTheirShare() {
        let masks = InputMasks<Float>(features: 4000, columns: 3)
        let batch = BatchShape(columns: 3, globalColumns: 3)
        let out = Storage<Float>(count: 4000 * batch.stride)
        func draw(epoch: UInt32) -> [[Float]] {
            [Int32](arrayLiteral: 5, 6, .min | 5).withUnsafeBufferPointer {
                masks.draw(
                    keeping: 0.8, seed: 1, epoch: epoch, samples: $0.baseAddress!, batch, into: out.pointer)
            }
            return (0..<3).map { column in (0..<4000).map { out.pointer[$0 * batch.stride + column] } }
        }
        let (first, second) = (draw(epoch: 0), draw(epoch: 1))
        for row in first + second {
            #expect(row.allSatisfy { $0 == 0 || $0 == 1 } && abs(row.reduce(0, +) / 4000 - 0.8) < 0.03)
        }
        #expect(Set(first + second).count == 6)
    }
}
