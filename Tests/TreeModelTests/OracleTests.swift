import Kernels
import Layers
import Networks
import TestSupport
import Testing
import Topology

@testable import TreeModel

/// Routing, posteriors and the ELBO against plain loops over the formulas.
@Suite struct OracleTests {
    private static let columns = 5
    private static let architecture = Architecture(
        family: .cnn1, inputShape: [1, 28, 28], latent: [4, 5, 3, 2], layers: [16, 12, 14, 10],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)

    private static let batch = BatchShape(columns: columns, globalColumns: columns)
    private static let noise = NoiseKey(seed: 8, epoch: 2, stream: .training)
    private let samples: [Int32] = [7, 1, 300, 12, 5]

    enum Shape: String, CaseIterable { case young, deep, pruned, chain, alone }

    private func tree(_ shape: Shape) -> Tree {
        var tree = Tree()
        if shape == .young { return tree }
        // A ladder VAE, and a VAE.
        if shape == .chain { return .chain(levels: 4) }
        if shape == .alone { return .root }
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        // Node 1 keeps one child, which splits; node 2 keeps one leaf.
        return shape == .deep ? tree : tree.removing(leaf: 3)!.tree.removing(leaf: 6)!.tree
    }

    /// - Parameter offset: added to every mean and variance head, to reach the bounds of the KL.
    private func makeModel(
        _ shape: Shape, offset: Double, pathThreshold: Double = 0,
        architecture: Architecture = Self.architecture
    ) -> TreeVAE<Double> {
        var architecture = architecture
        architecture.pathThreshold = pathThreshold
        let model = TreeVAE<Double>(
            architecture: architecture, tree: tree(shape), columns: Self.columns, training: true)
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
        for row in 0..<architecture.inputs {
            for n in 0..<Self.columns {
                let isMissing = architecture.mayMiss && (row + n) % 4 == 0
                model.images[row * stride + n] =
                    isMissing ? .nan : 0.5 + 0.5 * number(row * Self.columns + n, key: -5)
            }
        }
        return model
    }

    @Test(arguments: Shape.allCases, [true, false])
    func agreesWithPlainLoops(shape: Shape, training: Bool) throws {
        try check(makeModel(shape, offset: 0), training: training)
    }

    /// The other families of encoder and decoder and the other likelihoods, small.
    static let families: [Architecture] = [
        small(.cnnOmni, [1, 28, 28], firstWidth: 8, .gaussian(variance: 0.3)),
        small(.mlp, [19], firstWidth: 6, .bernoulli),
        small(.mlp, [19], firstWidth: 6, .negativeBinomial),
        normalisingCounts(small(.mlp, [19], firstWidth: 6, .negativeBinomial)),
        normalisingCounts(
            small(.mlp, [19], firstWidth: 6, .zeroInflatedNegativeBinomial, covariates: 3)),
        small(.mlp, [19], firstWidth: 6, .zeroInflatedNegativeBinomial, covariates: 3),
        small(.mlp, [19], firstWidth: 6, .mixed(variance: 0.3, binary: [0, 4, 11]), covariates: 2),
        small(.mlp, [19], firstWidth: 6, .mixed(variance: 0.3, binary: [3]), mayMiss: true),
        small(.mlp, [19], firstWidth: 6, .bernoulli, mayMiss: true),
        small(.cnn2, [3, 32, 32], firstWidth: 128, .learnedGaussian(minimumVariance: 0.01)),
        small(.cnn2, [1, 64, 64], firstWidth: 128, .bernoulli),
        small(.cnnOmni, [1, 28, 28], firstWidth: 8, .bernoulli, borders: .tensorflow),
        small(.cnnOmni, [1, 28, 28], firstWidth: 128, .bernoulli, borders: .tensorflow),
        small(.cnn2, [3, 32, 32], firstWidth: 128, .bernoulli, borders: .tensorflow),
    ]

    private static func normalisingCounts(_ architecture: Architecture) -> Architecture {
        var architecture = architecture
        architecture.normalisesCounts = true
        return architecture
    }

    private static func small(
        _ family: Architecture.Family, _ shape: [Int], firstWidth: Int, _ likelihood: Likelihood,
        borders: Architecture.Borders = .pytorch, covariates: Int = 0, mayMiss: Bool = false
    ) -> Architecture {
        var architecture = Architecture(
            family: family, borders: borders, inputShape: shape, latent: [4, 5, 3, 2],
            layers: [firstWidth, 12, 14, 10],
            batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), likelihood: likelihood,
            initialisation: .glorot)
        architecture.covariates = covariates
        architecture.mayMiss = mayMiss
        return architecture
    }

    @Test(arguments: families, [true, false])
    func familiesAgreeWithPlainLoops(_ architecture: Architecture, training: Bool) throws {
        try check(makeModel(.pruned, offset: 0, architecture: architecture), training: training)
        try check(
            makeModel(.deep, offset: 0, pathThreshold: 0.2, architecture: architecture), training: training)
    }

    @Test func agreesWhereTheDivergenceIsHeldWithinItsBounds() throws {
        let model = makeModel(.deep, offset: 60)
        try check(model, training: true)
        // Every sample's KL of the root is beyond the bound, so the mean is the bound.
        #expect(abs(model.topDown.terms(0).klRoot - 1000) < 1e-9)
    }

    /// Samples skip nodes: with 0.45 all but one path, with 0.2 some.
    @Test(arguments: [Shape.deep, .pruned], [(0.2, true), (0.2, false), (0.45, true), (0.45, false)])
    func sparsePathsAgree(shape: Shape, _ setting: (threshold: Double, training: Bool)) throws {
        let model = makeModel(shape, offset: 0, pathThreshold: setting.threshold)
        try check(model, training: setting.training)
        let nodes = model.topDown.nodes
        #expect(nodes.contains { $0.pass.batch.columns < Self.columns })
        #expect(nodes[0].pass.batch.columns == Self.columns)
        // Leaf probabilities are those of a tree.
        for n in 0..<Self.columns {
            let sum = model.topDown.leaves.reduce(0) { $0 + model.topDown.leafReach($1)[n] }
            #expect(abs(sum - 1) < 1e-12)
        }
    }

    /// Where no probability is below the threshold, sparse paths are the dense model.
    @Test(arguments: [Shape.deep, .pruned]) func aThresholdThatSkipsNothingChangesNothing(shape: Shape) throws
    {
        func evaluate(_ pathThreshold: Double) throws -> (LossTerms, [Double], TreeVAE<Double>) {
            let model = makeModel(shape, offset: 0, pathThreshold: pathThreshold)
            let terms = try samples.withUnsafeBufferPointer {
                try model.evaluate(Self.batch, noise: Self.noise, samples: $0.baseAddress!)
            }
            let bounds = (0..<Self.columns).map { model.topDown.negativeELBO.pointer[$0] }
            return (terms, bounds, model)
        }
        let (dense, denseBounds, _) = try evaluate(0)
        let (sparse, sparseBounds, model) = try evaluate(1e-9)
        #expect(model.topDown.nodes.allSatisfy { $0.pass.batch.columns == Self.columns })
        #expect(model.topDown.nodes.contains { $0.selection != nil })
        #expect(abs(dense.loss(alpha: 1) - sparse.loss(alpha: 1)) < 1e-10)
        #expect(relativeDifference(sparseBounds, denseBounds) < 1e-12)
    }

    /// Networks that no sample reaches have gradients of zero, whatever an earlier step left there; and batch-norms
    /// that samples may skip keep their statistics.
    @Test func aNodeThatNobodyReachesStandsStill() throws {
        let model = makeModel(.deep, offset: 0, pathThreshold: 0.01)
        let arena = model.arena
        func step() throws {
            _ = try samples.withUnsafeBufferPointer {
                try model.step(Self.batch, noise: Self.noise, samples: $0.baseAddress!, alpha: 0.4)
            }
        }
        func statistics() -> [String: [Double]] {
            Dictionary(
                uniqueKeysWithValues: arena.statistics.map { tensor in
                    (tensor.name, (0..<tensor.count).map { arena.statistic(tensor)[$0] })
                })
        }
        func isStill(_ tensor: Tensor) -> Bool {
            (0..<tensor.count).allSatisfy { arena.gradient(tensor)[$0] == 0 }
        }
        let before = statistics()
        try step()
        let below = model.tree.nodes.filter { node in
            sequence(first: node) { $0.parent.map { model.tree.nodes[$0] } }.contains { $0.id == 1 }
        }.map { nodeName($0.id) + "/" }
        #expect(below.count == 5)
        let tensors = arena.parameters.filter { below.contains(where: $0.name.hasPrefix) }
        #expect(!tensors.contains(where: isStill))

        // Now all samples go right.
        arena.value(arena.parameters.first { $0.name == "node_000/inference_router/logit/bias" }!).pointee =
            -50
        try step()
        #expect(tensors.allSatisfy(isStill))
        // A decision that is certain for all has no gradient either; everything else has.
        let router = "node_000/inference_router/"
        #expect(
            arena.parameters.allSatisfy {
                isStill($0) == ($0.name.hasPrefix(router) || below.contains(where: $0.name.hasPrefix))
            })
        for (name, values) in statistics() {
            let isSkippable = name.hasPrefix("node_") && !name.hasPrefix("node_000/")
            #expect((before[name] == values) == isSkippable, "\(name)")
        }
    }

    private func check(_ model: TreeVAE<Double>, training: Bool) throws {
        // The oracle reads the parameters before the pass moves the running statistics.
        let oracle = Oracle(model, usesBatchStatistics: training)
        let (batch, noise) = (Self.batch, Self.noise)
        let terms = try samples.withUnsafeBufferPointer { samples in
            training
                ? try model.step(batch, noise: noise, samples: samples.baseAddress!, alpha: 0.4)
                : try model.evaluate(batch, noise: noise, samples: samples.baseAddress!)
        }
        func columns(_ values: UnsafeMutablePointer<Double>, rows: Int) -> [[Double]] {
            (0..<Self.columns).map { n in (0..<rows).map { values[$0 * batch.stride + n] } }
        }
        var drawn: [Int: [[Double]]] = [:]
        for node in model.topDown.nodes {
            let shape = node.pass.batch
            drawn[node.id] = (0..<shape.columns).map { n in
                (0..<node.z.rows).map { model.topDown.noise(node.id)[$0 * shape.stride + n] }
            }
        }
        let expected = oracle.run(
            images: columns(model.images, rows: model.architecture.inputs), noise: drawn)

        func same(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-10 * max(1e-3, abs(b)) }
        #expect(same(terms.reconstruction, expected.terms.reconstruction))
        #expect(same(terms.klRoot, expected.terms.klRoot))
        #expect(same(terms.klNodes, expected.terms.klNodes))
        #expect(same(terms.klDecisions, expected.terms.klDecisions))
        // What has no branches decides nothing, and a single node is the root.
        #expect(terms.klDecisions > 0 || model.tree.leaves.count == 1)
        #expect(terms.klNodes > 0 || model.tree.nodes.count == 1)
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
            #expect(model.topDown.node(node.id).pass.batch.columns == expected.kept[node.id])
            #expect(
                relativeDifference(
                    columns(model.topDown.leafReach(node.id), rows: 1).flatMap { $0 },
                    expected.reach[node.id]!) < 1e-12)
        }
    }
}
