import Foundation
import Kernels
import Layers
import Networks
import Testing
import Topology

@testable import TreeModel

@Suite struct LogLikelihoodTests {
    /// A model whose leaves are linear-Gaussian: x = slope · z₀ + offset + noise of variance `variance`, and a prior
    /// of z that does not depend on the parent's.
    private struct Linear {
        static let columns = 16
        let slope = [0.6, -0.3, 0.4]
        let offsets: [Int: [Double]] = [1: [0.5, 0.2, -0.4], 2: [-0.7, 0.1, 0.9]]
        let priorMeans = [1: 0.4, 2: -0.5]
        let variance = 0.8
        let rawPriorVariance = 0.3
        let leftLogit = 0.7
        let model: TreeVAE<Double>

        init() {
            let architecture = Architecture(
                family: .mlp, inputShape: [3], latent: [2, 2], layers: [1, 3],
                batchNorm: .init(momentum: 0.9, epsilon: 1e-12, slope: 0.3),
                likelihood: .gaussian(variance: variance), initialisation: .glorot)
            model = TreeVAE(
                architecture: architecture, tree: Tree(), columns: Self.columns, training: false)
            let arena = model.arena
            arena.initialise(.glorot, seed: 3, generation: 0)
            func set(_ name: String, _ values: [Double]) {
                let tensor = arena.parameters.first { $0.name == name }!
                for k in 0..<tensor.count { arena.value(tensor)[k] = k < values.count ? values[k] : 0 }
            }
            // Batch-norms that put values far above the kink of the leaky ReLU, and back again before the next.
            let lift = 50.0
            for (leaf, offset) in offsets {
                let decoder = "\(nodeName(leaf))/decoder"
                for layer in 1...4 {
                    set("\(decoder)/layer_\(layer)/linear/weight", [1])
                    set("\(decoder)/layer_\(layer)/batch_norm/shift", [lift])
                    let mean = arena.statistics.first {
                        $0.name == "\(decoder)/layer_\(layer)/batch_norm/running_mean"
                    }!
                    arena.statistic(mean)[0] = layer == 1 ? 0 : lift
                }
                set("\(decoder)/layer_5/linear/weight", slope.flatMap { [$0, 0, 0, 0] })
                set("\(decoder)/layer_5/linear/bias", zip(offset, slope).map { $0 - lift * $1 })
                let transformation = "\(nodeName(leaf))/transformation"
                set("\(transformation)/mu/weight", [])
                set("\(transformation)/mu/bias", [priorMeans[leaf]!, 0.2])
                set("\(transformation)/sigma/weight", [])
                set("\(transformation)/sigma/bias", [rawPriorVariance, -0.4])
            }
            // Posteriors that are broader than the exact ones: weights are then bounded.
            for (node, raw) in [(0, 1.0), (1, 6.0), (2, 6.0)] {
                set("\(nodeName(node))/dense/mu/weight", [])
                set("\(nodeName(node))/dense/mu/bias", [0.1, -0.2])
                set("\(nodeName(node))/dense/sigma/weight", [])
                set("\(nodeName(node))/dense/sigma/bias", [raw, raw])
            }
            set("node_000/generative_router/logit/weight", [])
            set("node_000/generative_router/logit/bias", [leftLogit])
            for row in 0..<3 {
                for column in 0..<Self.columns {
                    model.images[row * Self.columns + column] = 1.5 * sin(Double(7 * row + 3 * column))
                }
            }
        }

        /// p(x, leaf): the leaf's share of a mixture of two Gaussians of covariance σ² I + v a aᵀ.
        func joint(_ leaf: Int, _ column: Int) -> Double {
            let v = log(1 + exp(rawPriorVariance)) + 1e-7
            let left = 1 / (1 + exp(-leftLogit))
            let x = (0..<3).map { model.images[$0 * Self.columns + column] }
            let r = (0..<3).map { x[$0] - offsets[leaf]![$0] - slope[$0] * priorMeans[leaf]! }
            let aa = slope.reduce(0) { $0 + $1 * $1 }
            let ar = zip(slope, r).reduce(0) { $0 + $1.0 * $1.1 }
            let rr = r.reduce(0) { $0 + $1 * $1 }
            // Sherman–Morrison, and the determinant that goes with it.
            let quadratic = rr / variance - v * ar * ar / (variance * (variance + v * aa))
            let determinant = 3 * log(variance) + log(1 + v * aa / variance)
            return (leaf == 1 ? left : 1 - left)
                * exp(-0.5 * (3 * log(2 * .pi) + determinant + quadratic))
        }

        /// log p(x).
        func exact(_ column: Int) -> Double { log(joint(1, column) + joint(2, column)) }

        /// p(left leaf | x), by the importance weights of so many draws.
        func posterior(draws: Int) throws -> [Double] {
            let samples = (0..<Int32(Self.columns)).map { $0 }
            try model.assignByPosterior(
                BatchShape(columns: Self.columns, globalColumns: Self.columns), draws: draws,
                noise: { NoiseKey(seed: 7, epoch: UInt32($0), stream: .evaluation) }, samples: samples)
            let reach = (0...2).map {
                Array(UnsafeBufferPointer(start: model.topDown.leafReach($0), count: Self.columns))
            }
            for column in 0..<Self.columns {
                #expect(reach[0][column] == reach[1][column] + reach[2][column])
                #expect(abs(reach[0][column] - 1) < 1e-12)
            }
            return reach[1]
        }

        func estimate(draws: Int, seed: UInt64 = 5) throws -> (published: [Double], bound: [Double]) {
            let samples = (0..<Int32(Self.columns)).map { $0 }
            return try model.logLikelihoods(
                BatchShape(columns: Self.columns, globalColumns: Self.columns), draws: draws,
                noise: { NoiseKey(seed: seed, epoch: UInt32($0), stream: .evaluation) }, samples: samples)
        }
    }

    @Test func theBoundConvergesToTheExactLikelihood() throws {
        let linear = Linear()
        let exact = (0..<Linear.columns).map(linear.exact)
        let bound = try linear.estimate(draws: 10_000).bound
        let error = zip(bound, exact).reduce(0) { $0 + $1.0 - $1.1 } / Double(exact.count)
        #expect(abs(error) < 0.01, "off by \(error)")
        for (estimate, value) in zip(bound, exact) { #expect(abs(estimate - value) < 0.1) }
    }

    @Test func thePosteriorOfTheLeavesConvergesToTheExactOne() throws {
        let linear = Linear()
        for (column, probability) in try linear.posterior(draws: 10_000).enumerated() {
            let exact = linear.joint(1, column) / (linear.joint(1, column) + linear.joint(2, column))
            #expect(abs(probability - exact) < 0.03, "column \(column)")
        }
    }

    @Test func theBoundRisesWithTheDrawsAndIsAboveTheELBO() throws {
        let linear = Linear()
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func means(draws: Int, repetitions: UInt64) throws -> (published: Double, bound: Double) {
            let estimates = try (0..<repetitions).map { try linear.estimate(draws: draws, seed: $0) }
            return (mean(estimates.map { mean($0.published) }), mean(estimates.map { mean($0.bound) }))
        }
        let one = try means(draws: 1, repetitions: 400)
        let ten = try means(draws: 10, repetitions: 200).bound
        let thousand = try means(draws: 1000, repetitions: 4).bound
        // With one draw the published estimator is the ELBO.
        #expect(
            one.published < one.bound && one.bound < ten && ten < thousand, "\(one) \(ten) \(thousand)")
        let again = try linear.estimate(draws: 1)
        for column in 0..<Linear.columns {
            #expect(again.published[column] == -linear.model.topDown.negativeELBO.pointer[column])
        }
    }
}
