import Collectives
import Configuration
import Foundation
import Kernels
import Layers
import Networks
import Store
import Testing
import TestSupport
import ThreadRanks
import TreeModel

@testable import Benchmarks
@testable import Checkpoints

extension BenchmarksTests {
    @Suite struct ModelBenchmarkTests {
        private func configuration(batch: Int) -> Configuration {
            var configuration = Configuration()
            configuration.training.batchSize = batch
            return configuration
        }

        private func keys(_ value: some Encodable) throws -> Set<String> {
            let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
            return Set(try #require(object as? [String: Any]).keys)
        }

        @Test func growthMeasuresBothKindsOfSteps() throws {
            let result = try GrowthBenchmark(
                configuration(batch: 32), leaves: 3, communicator: SoloCommunicator(), seconds: 0,
                scalar: Float.self)
            #expect(
                result.ranks == 1 && result.leaves == 3 && result.batch == 32 && result.parameters == 79_796)
            for timing in [result.cached, result.redrawn] {
                #expect(timing.count == 5 && timing.minimumMilliseconds > 0)
                #expect(timing.medianMilliseconds >= timing.minimumMilliseconds)
            }
            #expect(
                try keys(result) == [
                    "ranks", "leaves", "batch", "parameters", "precision", "cached", "redrawn",
                ])
            #expect(try keys(result.cached) == ["median_ms", "min_ms", "repetitions"])
        }

        @Test func growthNeedsALevelBelow() {
            let text = message {
                _ = try GrowthBenchmark(
                    configuration(batch: 32), leaves: 32, communicator: SoloCommunicator(), seconds: 0,
                    scalar: Float.self)
            }
            #expect(
                text
                    == "a tree of 32 leaves cannot grow: all of them are on the last of the 6 levels of model.layers"
            )
        }

        @Test func assignMeasuresBatches() throws {
            let configuration = configuration(batch: 31)
            let results = try ThreadCommunicator.run(ranks: 2) { communicator in
                try AssignBenchmark(
                    configuration, leaves: 3, communicator: communicator, seconds: 0, scalar: Double.self)
            }
            #expect(results[0].ranks == 2 && results[0].batch == 31 && results[0].timing.count == 5)
            #expect(results[0].timing.medianMilliseconds == results[1].timing.medianMilliseconds)
            #expect(
                abs(results[0].samplesPerSecond * results[0].timing.medianMilliseconds / 31e3 - 1) < 1e-9)
            #expect(
                try keys(results[0]) == [
                    "ranks", "leaves", "batch", "precision", "median_ms", "min_ms", "repetitions",
                    "samples_per_second",
                ])
        }

        @Test func scalingMeasuresEveryNumberOfRanks() throws {
            let configuration = configuration(batch: 16)
            let results = try ThreadCommunicator.run(ranks: 2) { communicator in
                try ScalingBenchmark(
                    configuration, leaves: 2, communicator: communicator, seconds: 0, scalar: Float.self)
            }
            let json = try results.map { result in
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return try encoder.encode(result)
            }
            #expect(json[1] == json[0], "all ranks have the same figures")
            let result = results[0]
            #expect(result.strong.map(\.ranks) == [1, 2] && result.weak.map(\.ranks) == [1, 2])
            #expect(result.strong.map(\.batch) == [16, 16] && result.weak.map(\.batch) == [16, 32])
            #expect(result.strong[0].efficiency == 1 && result.weak[0].efficiency == 1)
            for point in result.strong + result.weak {
                #expect(point.milliseconds > 0 && point.imbalance >= 1)
                #expect((0..<point.ranks).contains(point.slowestRank))
                #expect((0...1).contains(point.communicationShare))
            }
            #expect(result.allreduce.map(\.ranks) == [2])
            #expect(result.allreduce.allSatisfy { $0.bandwidth > 0 && $0.latency >= 0 })
            #expect(
                try keys(result) == ["ranks", "leaves", "precision", "strong", "weak", "allreduce"])
            #expect(
                try keys(result.strong[0]) == [
                    "ranks", "batch", "step_ms", "efficiency", "gradient_exchange_ms",
                    "batch_norm_exchange_ms", "communication_share", "slowest_rank", "imbalance",
                ])
        }

        @Test(arguments: [(1, [1]), (3, [1, 2, 3]), (8, [1, 2, 3, 4, 8]), (12, [1, 2, 3, 4, 8, 12])])
        func manyRanksAreMeasuredInDoublings(_ ranks: Int, _ counts: [Int]) {
            #expect(ScalingBenchmark.counts(upTo: ranks) == counts)
        }

        /// The file alone says what the step was: a model with its parameters, images and noise gives its loss again.
        @Test func anExportedStepCanBeRepeated() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/step.h5"
                let configuration = configuration(batch: 20)
                let export = try StepExport(configuration, leaves: 3, to: path, scalar: Double.self)
                let reader = try CheckpointReader(path)
                #expect(reader.header.tree.leaves.count == 3)
                let model = TreeVAE<Double>(
                    architecture: Architecture(configuration, inputShape: [1, 28, 28]),
                    tree: reader.header.tree,
                    columns: 20, training: true)
                try reader.restore(model)

                let tensors = try storedTensors(path)
                #expect(tensors.values.joined().allSatisfy { $0.isFinite })
                let batch = BatchShape(columns: 20, globalColumns: 20)
                func load(_ name: String, features: Int, into values: UnsafeMutablePointer<Double>) throws {
                    let rows = try #require(tensors["/step/" + name])
                    #expect(rows.count == 20 * features, "\(name)")
                    for (index, value) in rows.enumerated() {
                        values[index % features * batch.stride + index / features] = value
                    }
                }
                try load("images", features: 784, into: model.images)
                for node in model.tree.nodes {
                    try load("noise/\(nodeName(node.id))", features: 8, into: model.topDown.noise(node.id))
                }
                let samples = (0..<Int32(20)).map { $0 }
                let terms = try model.step(batch, noise: nil, samples: samples, alpha: 1)
                let step = try HDF5File.open(path).root.group("step")
                for (name, exported, repeated) in [
                    ("rec_loss", export.terms.reconstruction, terms.reconstruction),
                    ("kl_root", export.terms.klRoot, terms.klRoot),
                    ("kl_nodes", export.terms.klNodes, terms.klNodes),
                    ("kl_decisions", export.terms.klDecisions, terms.klDecisions),
                ] {
                    #expect(abs(repeated / exported - 1) < 1e-12, "\(name)")
                    let written: Double = try step.attribute(name)
                    #expect(written == exported)
                }
                let shape = try step.dataset("images").shape
                #expect(shape == [20, 1, 28, 28])
                for tensor in model.arena.parameters {
                    let gradient = try step.group("gradients").dataset(tensor.name)
                    #expect(gradient.shape == tensor.shape, "\(tensor.name)")
                    let values = try gradient.read(as: Double.self)
                    let own = UnsafeBufferPointer(start: model.arena.gradient(tensor), count: tensor.count)
                    let scale = own.map(abs).max() ?? 0
                    #expect(
                        zip(values, own).allSatisfy { abs($0 - $1) <= 1e-9 * (1 + scale) }, "\(tensor.name)")
                }
                #expect(
                    try keys(export) == ["rec_loss", "kl_root", "kl_nodes", "kl_decisions"])
            }
        }
    }
}
