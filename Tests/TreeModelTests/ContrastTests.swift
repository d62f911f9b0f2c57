import Collectives
import Kernels
import Layers
import Networks
import TestSupport
import Testing
import ThreadRanks
import Topology

@testable import TreeModel

/// The contrastive extension of whole models and subtrees.
@Suite struct ContrastTests {
    private static let views = 20
    private static let alpha = 0.6
    private static let noise = NoiseKey(seed: 8, epoch: 2, stream: .training)

    static func architecture(_ combination: ContrastiveSettings.Combination?, weight: Double = 7)
        -> Architecture
    {
        Architecture(
            family: .cnn1, inputShape: [1, 28, 28], latent: [4, 5, 3, 2], layers: [16, 12, 14, 10],
            batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot,
            contrastive: combination.map {
                ContrastiveSettings(
                    weight: weight, temperature: 0.5, routerTemperature: 0.8, combination: $0, hidden: 9,
                    projections: [4, 5, 3, 2])
            })
    }

    enum Shape: CaseIterable { case young, deep, pruned, lopsided }

    static func tree(_ shape: Shape) -> Tree {
        var tree = Tree()
        if shape == .young { return tree }
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        switch shape {
        case .young, .deep: return tree
        // Node 1 keeps one child, which splits.
        case .pruned: return tree.removing(leaf: 3)!.tree
        // The root keeps one child, which splits.
        case .lopsided: return tree.removing(leaf: 7)!.tree.removing(leaf: 7)!.tree
        }
    }

    /// A model with images in the columns of `share`.
    static func model<R: Real>(
        _ tree: Tree, _ architecture: Architecture, share: Range<Int> = 0..<views,
        reducer: any MomentReducer = SingleRankReducer(), padding: R = 0
    ) -> TreeVAE<R> {
        let model = TreeVAE<R>(
            architecture: architecture, tree: tree, columns: views, training: true, reducer: reducer)
        model.arena.initialise(.fanIn, seed: 3, generation: 0)
        let stride = paddedStride(share.count)
        for row in 0..<architecture.features {
            for column in 0..<stride {
                let sample = share.lowerBound + column
                model.images[row * stride + column] =
                    column < share.count
                    ? R(0.5 + 0.5 * number(row * views + sample, key: 1)) : padding
            }
        }
        return model
    }

    static func batch(_ share: Range<Int>) -> BatchShape {
        BatchShape(columns: share.count, globalColumns: views, firstColumn: share.lowerBound)
    }

    @discardableResult
    static func step<R: Real>(
        _ model: TreeVAE<R>, share: Range<Int> = 0..<views, observer: StepObserver? = nil
    ) throws -> LossTerms {
        let samples = share.map { Int32($0) } + [0]
        return try samples.withUnsafeBufferPointer {
            try model.step(
                batch(share), noise: noise, samples: $0.baseAddress!, alpha: alpha, observer: observer)
        }
    }

    private static func columns<R: Real>(_ values: UnsafeMutablePointer<R>, rows: Int) -> [[Double]] {
        let stride = paddedStride(views)
        return (0..<views).map { n in (0..<rows).map { Double(values[$0 * stride + n]) } }
    }

    @Test(arguments: Shape.allCases, [ContrastiveSettings.Combination.published, .sum])
    func agreesWithPlainLoops(shape: Shape, combination: ContrastiveSettings.Combination) throws {
        let architecture = Self.architecture(combination)
        let model: TreeVAE<Double> = Self.model(Self.tree(shape), architecture)
        let oracle = Oracle(model, usesBatchStatistics: true)
        let terms = try Self.step(model)
        let images = Self.columns(model.images, rows: architecture.features)
        let reach = Dictionary(
            uniqueKeysWithValues: model.tree.nodes.map {
                ($0.id, Self.columns(model.topDown.leafReach($0.id), rows: 1).flatMap { $0 })
            })
        let expected = oracle.contrastive(architecture.contrastive!, images: images, reach: reach)
        #expect(abs(terms.contrastive - expected) < 1e-10 * expected, "\(terms.contrastive) for \(expected)")
        #expect(expected > 1)
        // The rest of the loss is what it was, and the ELBO knows nothing of views.
        let plain: TreeVAE<Double> = Self.model(model.tree, Self.architecture(nil))
        var rest = terms
        rest.contrastive = 0
        #expect(try Self.step(plain) == rest)
        #expect(terms.elbo == rest.elbo)
        #expect(terms.loss(alpha: 0.3) == rest.loss(alpha: 0.3) + terms.contrastive)
    }

    /// Published: the root's two terms count half each, unless there is but one; those of other nodes count whole.
    @Test func theRootsTermsAreAveraged() throws {
        func value(_ shape: Shape, _ combination: ContrastiveSettings.Combination) throws -> Double {
            try Self.step(Self.model(Self.tree(shape), Self.architecture(combination)) as TreeVAE<Double>)
                .contrastive
        }
        #expect(abs(try value(.young, .published) - value(.young, .sum) / 2) < 1e-12)
        #expect(try value(.lopsided, .published) == value(.lopsided, .sum))
        #expect(try value(.deep, .published) > value(.deep, .sum) / 2)
    }

    /// An evaluation knows no heads and has no such term.
    @Test func evaluationHasNone() throws {
        let architecture = Self.architecture(.published)
        let model: TreeVAE<Double> = Self.model(Tree(), architecture)
        let samples = (0..<Int32(Self.views)).map { $0 }
        let terms = try samples.withUnsafeBufferPointer {
            try model.evaluate(Self.batch(0..<Self.views), noise: Self.noise, samples: $0.baseAddress!)
        }
        #expect(terms.contrastive == 0 && terms.reconstruction > 0)
        let evaluated = TreeVAE<Double>(
            architecture: architecture, tree: Tree(), columns: Self.views, training: false)
        #expect(evaluated.projections == nil && evaluated.contrastive == nil)
        #expect(!evaluated.arena.parameters.contains { $0.name.hasPrefix("projection/") })
    }

    /// Views that do not reach a node do not count there, but others are told apart from them.
    @Test func viewsThatDoNotReachANodeDoNotCount() throws {
        let model: TreeVAE<Double> = Self.model(Self.tree(.deep), Self.architecture(.sum))
        let bias = model.arena.parameters.first { $0.name == "node_000/inference_router/logit/bias" }!
        model.arena.value(bias).pointee = -2000
        let terms = try Self.step(model)
        #expect(terms.contrastive.isFinite)
        #expect(!(0..<model.arena.count).contains { !model.arena.gradients.pointer[$0].isFinite })
        // All views go right: node 1 is reached by none, and nothing trains its router.
        #expect(model.topDown.leafReach(1)[0] == 0)
        for tensor in model.arena.parameters where tensor.name.hasPrefix("node_001/inference_router/logit") {
            #expect((0..<tensor.count).allSatisfy { model.arena.gradient(tensor)[$0] == 0 })
        }
    }

    /// Loss, summed gradients and running statistics.
    struct Outcome<R: Real>: Sendable {
        var contrastive: Double
        var gradients: [Double]
        var running: [Double]

        init(_ terms: LossTerms, _ arena: Arena<R>, _ communicator: any Communicator) throws {
            var values = [terms.contrastive]
            try communicator.sum(&values, purpose: "terms")
            contrastive = values[0]
            gradients = (0..<arena.count).map { Double(arena.gradients.pointer[$0]) }
            try communicator.sum(&gradients, purpose: "gradients")
            running = (0..<arena.statisticsCount).map { Double(arena.running.pointer[$0]) }
        }
    }

    static func subtree<R: Real>(
        _ share: Range<Int>, _ communicator: any Communicator, padding: Double = 0
    ) throws -> (LossTerms, Subtree<R>) {
        let architecture = architecture(.published)
        let growing = tree(.young)
        let subtree = Subtree<R>(
            architecture: architecture, growing: growing, at: 2, weightsReconstruction: false,
            columns: views, reducer: ThreadReducer(communicator))
        subtree.arena.initialise(.fanIn, seed: 3, generation: 1)
        let stride = paddedStride(share.count)
        func fill(_ values: UnsafeMutablePointer<R>, rows: Int, key: Int, low: Double, high: Double) {
            for row in 0..<rows {
                for column in 0..<stride {
                    let value = 0.5 + 0.5 * number(row * views + share.lowerBound + column, key: key)
                    values[row * stride + column] =
                        R(column < share.count ? low + (high - low) * value : padding)
                }
            }
        }
        fill(subtree.images.value, rows: architecture.features, key: 1, low: 0, high: 1)
        fill(subtree.upperLevel.value, rows: architecture.width(depth: 1), key: 2, low: -1, high: 2)
        fill(subtree.lowerLevel.value, rows: architecture.width(depth: 2), key: 3, low: -1, high: 2)
        fill(subtree.latent, rows: architecture.latentSize(depth: 1), key: 4, low: -2, high: 2)
        fill(subtree.reach, rows: 1, key: 5, low: 0.1, high: 1)
        // One view hardly belongs to the leaf, one not at all.
        for (view, reach) in [(3, R(1e-6)), (11, 0)] where share.contains(view) {
            subtree.reach[view - share.lowerBound] = reach
        }
        let samples = share.map { Int32($0) } + [0]
        let terms = try samples.withUnsafeBufferPointer {
            try subtree.step(batch(share), noise: noise, samples: $0.baseAddress!, alpha: alpha)
        }
        return (terms, subtree)
    }

    /// The term of a subtree is that of its router, whole, weighted by the probability of reaching the leaf it grows at.
    @Test func aSubtreeHasTheTermOfItsRouter() throws {
        let (terms, subtree): (_, Subtree<Double>) = try Self.subtree(0..<Self.views, SoloCommunicator())
        let (_, q) = subtree.topDown.decision(2)
        let model: TreeVAE<Double> = Self.model(Self.tree(.young), Self.architecture(.published))
        let oracle = Oracle(model, usesBatchStatistics: true)
        let decisions = Self.columns(q, rows: 1).map { logit -> [Double] in
            let left = oracle.sigmoid(logit[0])
            return [left, 1 - left]
        }
        let reach = (0..<Self.views).map { subtree.reach[$0] }
        let expected = 7 * oracle.contrast(decisions, weights: reach, temperature: 0.8)
        #expect(abs(terms.contrastive - expected) < 1e-12 * expected)
        #expect(!subtree.arena.parameters.contains { $0.name.hasPrefix("projection/") })
    }

    static let shares: [[Int]] = [
        [10, 10], [7, 7, 6], [5, 5, 5, 5], [20, 0], [0, 3, 17], [1, 18, 0, 1],
    ]

    @Test(arguments: shares) func ranksAgree(shares: [Int]) throws {
        func compare<R: Real>(
            _ tolerance: Double,
            _ run: @escaping @Sendable (Range<Int>, any Communicator) throws -> Outcome<R>
        ) throws {
            let alone = try run(0..<Self.views, SoloCommunicator())
            let ranks = try ThreadCommunicator.run(ranks: shares.count) { communicator in
                let start = shares[..<communicator.rank].reduce(0, +)
                return try run(start..<start + shares[communicator.rank], communicator)
            }
            for rank in ranks {
                #expect(relativeDifference([rank.contrastive], [alone.contrastive]) < tolerance)
                #expect(relativeDifference(rank.gradients, alone.gradients) < 10 * tolerance)
                #expect(relativeDifference(rank.running, alone.running) < tolerance)
                #expect(rank.gradients == ranks[0].gradients)
            }
        }
        @Sendable func whole<R: Real>(_ share: Range<Int>, _ communicator: any Communicator) throws
            -> Outcome<R>
        {
            let model: TreeVAE<R> = Self.model(
                Self.tree(.pruned), Self.architecture(.published), share: share,
                reducer: ThreadReducer(communicator))
            return try Outcome(Self.step(model, share: share), model.arena, communicator)
        }
        try compare(1e-12) { try whole($0, $1) as Outcome<Double> }
        try compare(1e-5) { try whole($0, $1) as Outcome<Float> }
        try compare(1e-12) { share, communicator -> Outcome<Double> in
            let (terms, subtree): (_, Subtree<Double>) = try Self.subtree(share, communicator)
            return try Outcome(terms, subtree.arena, communicator)
        }
    }

    /// What lies in the padding of inputs changes no bit.
    @Test func paddingIsNeverRead() throws {
        let solo = SoloCommunicator()
        func whole(_ padding: Double) throws -> Outcome<Double> {
            let model: TreeVAE<Double> = Self.model(
                Self.tree(.deep), Self.architecture(.published), padding: padding)
            return try Outcome(Self.step(model), model.arena, solo)
        }
        func below(_ padding: Double) throws -> Outcome<Double> {
            let (terms, subtree): (_, Subtree<Double>) = try Self.subtree(
                0..<Self.views, solo, padding: padding)
            return try Outcome(terms, subtree.arena, solo)
        }
        for garbage in [-3, 1e5] {
            for (clean, dirty) in try [(whole(0), whole(garbage)), (below(0), below(garbage))] {
                #expect(clean.contrastive == dirty.contrastive && clean.gradients == dirty.gradients)
                #expect(clean.running == dirty.running)
            }
        }
    }
}
