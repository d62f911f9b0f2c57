import Collectives
import Foundation
import Kernels
import Networks
import RunSupport
import Store
import Testing
import TestSupport
import TreeModel

@testable import Checkpoints

extension CheckpointsTests {
    /// Checkpoints of contrastive training hold the projection heads, and serve evaluation with and without them.
    @Suite struct ContrastiveCheckpointTests {
        @Test func headsAndTheirTermAreStored() throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data",
                    TinyRun.contrastive + ["growth.max_leaves=3", "growth.minimum_samples=48"])
                let outcome = try run.run(in: directory + "/run", ranks: 1)
                for record in outcome.history {
                    let contrastive = try #require(record.contrastive)
                    let divergences = record.klRoot + record.klNodes + record.klDecisions
                    let sum = record.recLoss + record.alpha * divergences + contrastive
                    #expect(contrastive > 0 && abs(record.loss - sum) < 1e-9 * sum)
                }
                // Training makes the views of a batch, whatever they are, easier to tell apart.
                let initial = outcome.history.filter { $0.phase == "initial" }.compactMap(\.contrastive)
                #expect(initial.last! < initial.first!)

                let out = RunDirectory(directory + "/run")
                let reader = try CheckpointReader(out.model)
                #expect(reader.header.history == outcome.history)
                let stored = try storedTensors(out.model)
                let heads = stored.filter { $0.key.hasPrefix("/projection/layer_") }
                // Weight, scale, shift and two running statistics of the hidden layer; weight and bias of the output.
                #expect(heads.count == 4 * 7)
                #expect(heads["/projection/layer_0/hidden/linear/weight"]?.count == 8 * 16)
                #expect(heads["/projection/layer_3/output/bias"]?.count == 3)

                let count =
                    heads.filter { !$0.key.contains("running") }.reduce(0) { $0 + $1.value.count }
                let summary = try CheckpointSummary(out.model)
                #expect(summary.facts.last!.value.hasSuffix(", projection heads \(count)"))
                let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(summary))
                let parameters = (json as? [String: Any])?["parameters"] as? [String: Int]
                #expect(parameters?["projections"] == count)
                let trunk = stored.filter {
                    ($0.key.hasPrefix("/encoder/") || $0.key.hasPrefix("/bottom_up/"))
                        && !$0.key.contains("running")
                }
                #expect(parameters?["trunk"] == trunk.reduce(0) { $0 + $1.value.count })

                let model: TreeVAE<Double> = try reader.model(columns: 16)
                #expect(!model.arena.parameters.contains { $0.name.hasPrefix("projection/") })
            }
        }

        @Test func aCheckpointWithoutHeadsIsEvaluatedButNotTrained() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                var sample = try SampleCheckpoint(epochs: 3)
                sample.header.configuration.contrastive.weight = 100
                sample.header.configuration.augmentation.method = .cropAndJitter
                sample.header.configuration.augmentation.views = 2
                try sample.write(to: path)
                let reader = try CheckpointReader(path)
                let model: TreeVAE<Float> = try reader.model(columns: 16)
                #expect(model.arena.count == sample.model.arena.count)
                #expect(try CheckpointSummary(path).facts.last!.value.contains("projection") == false)
                #expect(reader.header.history.allSatisfy { $0.contrastive == nil })

                let trained = TreeVAE<Float>(
                    architecture: Architecture(reader.header.configuration, inputShape: [1, 28, 28]),
                    tree: reader.header.tree, columns: 16, training: true)
                let error = #expect(throws: CheckpointError.self) { try reader.restore(trained) }
                #expect(error?.description.contains("\(path): it holds no projection heads") == true)
            }
        }
    }
}
