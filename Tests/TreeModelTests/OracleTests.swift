import Kernels
import Layers
import TestSupport
import Testing

@testable import TreeModel

/// Routing, posteriors and the ELBO against plain loops over the formulas.
@Suite struct OracleTests {
    private static let columns = 5
    private static let architecture = Architecture(
        family: .cnn1, inputShape: [1, 28, 28], latent: [4, 5, 3, 2], layers: [16, 12, 14, 10],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)

    enum Shape: String, CaseIterable { case young, deep, pruned }

    private func tree(_ shape: Shape) -> Tree {
        var tree = Tree()
        if shape == .young { return tree }
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        // Node 1 keeps one child, which splits; node 2 keeps one leaf.
        return shape == .deep ? tree : tree.removing(leaf: 3)!.tree.removing(leaf: 6)!.tree
    }

    /// - Parameter offset: added to every mean and variance head, to reach the bounds of the KL.
    private func makeModel(_ shape: Shape, offset: Double) -> TreeVAE<Double> {
        let model = TreeVAE<Double>(
            architecture: Self.architecture, tree: tree(shape), columns: Self.columns, training: true)
        let arena = model.arena
        for (index, tensor) in arena.parameters.enumerated() {
            for k in 0..<tensor.count {
                let value = number(k, key: index)
                switch tensor.role {
                case .weight(let fanIn, _): arena.value(tensor)[k] = 1.5 * value / Double(fanIn).squareRoot()
                case .scale: arena.value(tensor)[k] = 1 + 0.4 * value
                default:
                    arena.value(tensor)[k] = 0.3 * value + (tensor.name.contains("dense/mu") ? offset : 0)
                }
            }
        }
        for (index, tensor) in arena.statistics.enumerated() {
            for k in 0..<tensor.count {
                let value = number(k, key: 1000 + index)
                arena.statistic(tensor)[k] = tensor.role == .runningVariance ? 1 + 0.5 * value : 0.2 * value
            }
        }
        let stride = paddedStride(Self.columns)
        for row in 0..<Self.architecture.features {
            for n in 0..<Self.columns {
                model.images[row * stride + n] = 0.5 + 0.5 * number(row * Self.columns + n, key: -5)
            }
        }
        return model
    }

    @Test(arguments: Shape.allCases, [true, false])
    func agreesWithPlainLoops(shape: Shape, training: Bool) throws {
        try check(makeModel(shape, offset: 0), training: training)
    }

    @Test func agreesWhereTheDivergenceIsHeldWithinItsBounds() throws {
        let model = makeModel(.deep, offset: 60)
        try check(model, training: true)
        // Every sample's KL of the root is beyond the bound, so the mean is the bound.
        #expect(model.topDown.networks(0).weightedDivergence.pointer[0] == 1000)
    }

    private func check(_ model: TreeVAE<Double>, training: Bool) throws {
        // The oracle reads the parameters before the pass moves the running statistics.
        let oracle = Oracle(model, usesBatchStatistics: training)
        let batch = BatchShape(columns: Self.columns, globalColumns: Self.columns)
        let samples: [Int32] = [7, 1, 300, 12, 5]
        let noise = NoiseKey(seed: 8, epoch: 2, stream: .training)
        let terms = try samples.withUnsafeBufferPointer { samples in
            training
                ? try model.step(batch, noise: noise, samples: samples.baseAddress!, alpha: 0.4)
                : try model.evaluate(batch, noise: noise, samples: samples.baseAddress!)
        }
        func columns(_ values: UnsafeMutablePointer<Double>, rows: Int) -> [[Double]] {
            (0..<Self.columns).map { n in (0..<rows).map { values[$0 * batch.stride + n] } }
        }
        var drawn: [Int: [[Double]]] = [:]
        for node in model.tree.nodes {
            drawn[node.id] = columns(
                model.topDown.noise(node.id), rows: model.architecture.latentSize(depth: node.depth))
        }
        let expected = oracle.run(
            images: columns(model.images, rows: model.architecture.features), noise: drawn)

        func same(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-10 * max(1e-3, abs(b)) }
        #expect(same(terms.reconstruction, expected.terms.reconstruction))
        #expect(same(terms.klRoot, expected.terms.klRoot))
        #expect(same(terms.klNodes, expected.terms.klNodes))
        #expect(same(terms.klDecisions, expected.terms.klDecisions))
        #expect(terms.klDecisions > 0 && terms.klNodes > 0)
        #expect(
            relativeDifference(
                columns(model.topDown.negativeELBO.pointer, rows: 1).flatMap { $0 }, expected.negativeELBO)
                < 1e-10)
        for node in model.tree.nodes {
            let size = model.architecture.latentSize(depth: node.depth)
            #expect(
                relativeDifference(
                    columns(model.topDown.latent(node.id), rows: size).flatMap { $0 },
                    expected.latent[node.id]!.flatMap { $0 }) < 1e-10)
            #expect(
                relativeDifference(
                    columns(model.topDown.networks(node.id).reach.pointer, rows: 1).flatMap { $0 },
                    expected.reach[node.id]!) < 1e-12)
        }
    }
}
