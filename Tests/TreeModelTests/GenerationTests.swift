import Foundation
import Kernels
import Layers
import Networks
import Testing
import Topology

@testable import TreeModel

/// New samples from the prior.
@Suite struct GenerationTests {
    private static let columns = 256
    private static let architecture = Architecture(
        family: .mlp, inputShape: [6], latent: [3, 4, 2], layers: [8, 6, 5],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .fanIn)

    /// Four leaves; decisions that depend on z and are far from even.
    private let model: TreeVAE<Double> = {
        var tree = Tree()
        for leaf in [1, 2] { _ = tree.split(leaf) }
        let model = TreeVAE<Double>(
            architecture: Self.architecture, tree: tree, columns: Self.columns, training: false)
        model.arena.initialise(.fanIn, seed: 3, generation: 0)
        for tensor in model.arena.parameters where tensor.name.contains("generative_router") {
            let isLogit = tensor.name.contains("logit")
            for index in 0..<tensor.count {
                model.arena.value(tensor)[index] *= 4
                if isLogit, tensor.shape == [1] { model.arena.value(tensor)[index] += 0.8 }
            }
        }
        return model
    }()

    /// Hands over batch after batch of draws, with the leaf that each walk ends in.
    private func draw(
        _ count: Int, seed: UInt64, temperature: Double = 1, _ body: (BatchShape, [Int]) -> Void
    ) throws {
        for first in stride(from: 0, to: count, by: Self.columns) {
            let draws = (first..<min(first + Self.columns, count)).map(Int32.init)
            let batch = BatchShape(columns: draws.count, globalColumns: draws.count)
            try draws.withUnsafeBufferPointer {
                var key = NoiseKey(seed: seed, epoch: 0, stream: .generation)
                try model.generate(batch, noise: key, samples: $0.baseAddress!, temperature: temperature)
                key.stream = .decisions
                body(batch, model.topDown.walk(model.pass, key: key, samples: $0.baseAddress!))
            }
        }
    }

    /// Pearson's statistic of counts against probabilities.
    private func chiSquared(_ counts: [Int], _ probabilities: [Double]) -> Double {
        let total = Double(counts.reduce(0, +))
        return zip(counts, probabilities).reduce(0) { sum, pair in
            sum + pow(Double(pair.0) - total * pair.1, 2) / (total * pair.1)
        }
    }

    @Test func walksEndInLeavesAsOftenAsThePriorSays() throws {
        let leaves = model.tree.leaves
        // The prior's probabilities: means over many other draws of the root and of all below it.
        var probabilities = [Double](repeating: 0, count: leaves.count)
        let many = 200_000
        try draw(many, seed: 1) { batch, _ in
            for (index, leaf) in leaves.enumerated() {
                let reach = model.topDown.leafReach(leaf)
                probabilities[index] += (0..<batch.columns).reduce(0) { $0 + reach[$1] } / Double(many)
            }
        }
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
        var counts = [Int](repeating: 0, count: leaves.count)
        try draw(20_000, seed: 2) { _, ends in
            for leaf in ends { counts[leaves.firstIndex(of: leaf)!] += 1 }
        }
        #expect(counts.reduce(0, +) == 20_000)
        // p = 0.001 with three degrees of freedom.
        #expect(chiSquared(counts, probabilities) < 16.27, "\(counts) of \(probabilities)")
        // The test can fail: it tells these frequencies from those of leaves that are alike.
        #expect(chiSquared(counts, [0.25, 0.25, 0.25, 0.25]) > 100, "\(counts)")
    }

    @Test func latentsFollowTheFormulas() throws {
        for temperature in [1, 0.5, 0] {
            try draw(40, seed: 9, temperature: temperature) { batch, _ in
                for node in model.topDown.nodes {
                    let count = node.z.rows * batch.stride
                    for dimension in 0..<node.z.rows {
                        for column in 0..<batch.columns {
                            let index = dimension * batch.stride + column
                            var mean = 0.0
                            var variance = 1.0
                            if let prior = node.posterior?.prior?.transformation.output.value {
                                mean = prior[index]
                                variance = log(1 + exp(prior[count + index]))
                            }
                            let expected =
                                mean + temperature * (variance + 1e-7).squareRoot()
                                * model.topDown.noise(node.id)[index]
                            #expect(abs(node.z.value[index] - expected) < 1e-12 * max(1, abs(expected)))
                        }
                    }
                }
            }
        }
    }

    @Test func aDrawDependsOnItsNumberAlone() throws {
        var ends: [Int] = []
        try draw(300, seed: 4) { _, leaves in ends += leaves }
        let draws: [Int32] = [299]
        try draws.withUnsafeBufferPointer {
            var key = NoiseKey(seed: 4, epoch: 0, stream: .generation)
            let batch = BatchShape(columns: 1, globalColumns: 1)
            try model.generate(batch, noise: key, samples: $0.baseAddress!, temperature: 1)
            key.stream = .decisions
            #expect(model.topDown.walk(model.pass, key: key, samples: $0.baseAddress!) == [ends[299]])
        }
    }

    @Test func aTreeWithASingleLeafIsWalkedToItsEnd() throws {
        let tree = try #require(Tree().removing(leaf: 1)?.tree)
        let model = TreeVAE<Double>(architecture: Self.architecture, tree: tree, columns: 3, training: false)
        model.arena.initialise(.fanIn, seed: 3, generation: 0)
        let draws: [Int32] = [0, 1, 2]
        try draws.withUnsafeBufferPointer {
            let key = NoiseKey(seed: 1, epoch: 0, stream: .generation)
            let batch = BatchShape(columns: 3, globalColumns: 3)
            try model.generate(batch, noise: key, samples: $0.baseAddress!, temperature: 1)
            #expect(model.topDown.walk(model.pass, key: key, samples: $0.baseAddress!) == [1, 1, 1])
            #expect((0..<3).allSatisfy { model.topDown.leafReach(1)[$0] == 1 })
        }
    }

    @Test func meansAreThoseOfTheLikelihood() throws {
        let likelihoods: [Likelihood] = [
            .bernoulli, .gaussian(variance: 1), .negativeBinomial, .zeroInflatedNegativeBinomial,
        ]
        for likelihood in likelihoods {
            var architecture = Self.architecture
            architecture.likelihood = likelihood
            let model = TreeVAE<Double>(
                architecture: architecture, tree: Tree(), columns: 2, training: false)
            model.arena.initialise(.fanIn, seed: 3, generation: 0)
            let draws: [Int32] = [0, 1]
            let batch = BatchShape(columns: 2, globalColumns: 2)
            try draws.withUnsafeBufferPointer {
                try model.generate(
                    batch, noise: NoiseKey(seed: 1, epoch: 0, stream: .generation), samples: $0.baseAddress!,
                    temperature: 1)
            }
            let means = Storage<Double>(count: 12)
            try model.topDown.copyMeans(of: 1, columns: 2, into: means.pointer)
            let output = try model.topDown.decode(1).value
            for column in 0..<2 {
                let values = (0..<6).map { output[$0 * batch.stride + column] }
                let total = values.reduce(0) { $0 + exp($1) }
                for feature in 0..<6 {
                    let expected =
                        switch likelihood {
                        case .bernoulli: 1 / (1 + exp(-values[feature]))
                        case .negativeBinomial: exp(values[feature]) / total
                        case .zeroInflatedNegativeBinomial:
                            exp(values[feature]) / total
                                / (1 + exp(output[(6 + feature) * batch.stride + column]))
                        default: values[feature]
                        }
                    #expect(abs(means.pointer[column * 6 + feature] - expected) < 1e-12)
                }
            }
        }
    }
}
