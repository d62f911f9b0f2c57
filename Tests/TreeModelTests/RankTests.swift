import Collectives
import Kernels
import Layers
import Networks
import TestSupport
import Testing
import ThreadRanks
import Topology

@testable import TreeModel

/// Loss and gradients of a batch do not depend on how many ranks share it.
@Suite struct RankTests {
    private static let columns = 19
    private static let architecture = Architecture(
        family: .cnn1, inputShape: [1, 28, 28], latent: [4, 5, 3, 2], layers: [16, 12, 14, 10],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)
    private static let noise = NoiseKey(seed: 8, epoch: 2, stream: .training)
    private static let alpha = 0.6
    private static let shares: [[Int]] = [
        [19], [10, 9], [7, 6, 6], [5, 5, 5, 4], [19, 0], [0, 3, 16], [1, 17, 0, 1],
    ]

    private static var tree: Tree {
        var tree = Tree()
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        return tree.removing(leaf: 3)!.tree
    }

    /// Loss terms summed over ranks, summed gradients and running statistics.
    struct Outcome: Sendable {
        var terms: [Double]
        var gradients: [Double]
        var running: [Double]
    }

    private static func outcome(_ terms: LossTerms, _ arena: Arena<Double>, _ communicator: any Communicator)
        throws
        -> Outcome
    {
        var values = [terms.reconstruction, terms.klRoot, terms.klNodes, terms.klDecisions]
        try communicator.sum(&values, purpose: "terms")
        try communicator.sum(arena.gradients.pointer, count: arena.count, purpose: "gradients")
        return Outcome(
            terms: values,
            gradients: Array(UnsafeBufferPointer(start: arena.gradients.pointer, count: arena.count)),
            running: Array(UnsafeBufferPointer(start: arena.running.pointer, count: arena.statisticsCount)))
    }

    private static func fill(
        _ values: UnsafeMutablePointer<Double>, rows: Int, share: Range<Int>, key: Int, low: Double,
        high: Double,
        padding: Double
    ) {
        let stride = paddedStride(share.count)
        for row in 0..<rows {
            for column in 0..<stride {
                let sample = share.lowerBound + column
                values[row * stride + column] =
                    column < share.count
                    ? low + (high - low) * (0.5 + 0.5 * number(row * columns + sample, key: key)) : padding
            }
        }
    }

    private static func wholeModel(
        _ share: Range<Int>, _ communicator: any Communicator, padding: Double = 0, pathThreshold: Double = 0
    ) throws -> Outcome {
        var architecture = architecture
        architecture.pathThreshold = pathThreshold
        let model = TreeVAE<Double>(
            architecture: architecture, tree: tree, columns: columns, training: true,
            reducer: ThreadReducer(communicator))
        model.arena.initialise(.fanIn, seed: 3, generation: 0)
        fill(
            model.images, rows: architecture.features, share: share, key: 1, low: 0, high: 1, padding: padding
        )
        let samples = share.map { Int32($0) } + [0]
        let terms = try samples.withUnsafeBufferPointer {
            try model.step(
                BatchShape(columns: share.count, globalColumns: columns), noise: noise,
                samples: $0.baseAddress!,
                alpha: alpha)
        }
        return try outcome(terms, model.arena, communicator)
    }

    private static func subtree(
        _ share: Range<Int>, _ communicator: any Communicator, weighted: Bool, padding: Double = 0
    ) throws -> Outcome {
        var growing = Tree()
        _ = growing.split(2)
        let subtree = Subtree<Double>(
            architecture: architecture, growing: growing, at: 3, weightsReconstruction: weighted,
            columns: columns,
            reducer: ThreadReducer(communicator))
        subtree.arena.initialise(.fanIn, seed: 3, generation: 1)
        let depth = growing.nodes[3].depth
        func fill(_ values: UnsafeMutablePointer<Double>, rows: Int, key: Int, low: Double, high: Double) {
            Self.fill(values, rows: rows, share: share, key: key, low: low, high: high, padding: padding)
        }
        fill(subtree.images.value, rows: architecture.features, key: 1, low: 0, high: 1)
        fill(subtree.upperLevel.value, rows: architecture.width(depth: depth), key: 2, low: -1, high: 2)
        fill(subtree.lowerLevel.value, rows: architecture.width(depth: depth + 1), key: 3, low: -1, high: 2)
        fill(subtree.latent, rows: architecture.latentSize(depth: depth), key: 4, low: -2, high: 2)
        fill(subtree.reach, rows: 1, key: 5, low: 0.1, high: 1)
        let samples = share.map { Int32($0) } + [0]
        let terms = try samples.withUnsafeBufferPointer {
            try subtree.step(
                BatchShape(columns: share.count, globalColumns: columns), noise: noise,
                samples: $0.baseAddress!,
                alpha: alpha)
        }
        return try outcome(terms, subtree.arena, communicator)
    }

    private func compare(
        _ shares: [Int], _ run: @escaping @Sendable (Range<Int>, any Communicator) throws -> Outcome
    ) throws {
        let alone = try run(0..<Self.columns, SoloCommunicator())
        let ranks = try ThreadCommunicator.run(ranks: shares.count) { communicator in
            let start = shares[..<communicator.rank].reduce(0, +)
            return try run(start..<start + shares[communicator.rank], communicator)
        }
        for rank in ranks {
            #expect(relativeDifference(rank.terms, alone.terms) < 1e-12)
            #expect(relativeDifference(rank.gradients, alone.gradients) < 1e-11)
            #expect(relativeDifference(rank.running, alone.running) < 1e-12)
            #expect(rank.running == ranks[0].running && rank.gradients == ranks[0].gradients)
        }
    }

    @Test(arguments: shares) func wholeModelsAgree(shares: [Int]) throws {
        try compare(shares) { try Self.wholeModel($0, $1) }
    }

    @Test(arguments: shares, [true, false]) func subtreesAgree(shares: [Int], weighted: Bool) throws {
        try compare(shares) { try Self.subtree($0, $1, weighted: weighted) }
    }

    /// Samples skip nodes: then some ranks have none that reach a node where others have some.
    @Test(arguments: shares, [0.2, 0.45]) func sparseModelsAgree(shares: [Int], threshold: Double) throws {
        try compare(shares) { try Self.wholeModel($0, $1, pathThreshold: threshold) }
    }

    /// What lies in the padding of inputs changes no bit of loss, gradients or statistics.
    @Test func paddingIsNeverRead() throws {
        let communicator = SoloCommunicator()
        for (garbage, threshold) in [(-3.0, 0.0), (1e5, 0), (-3, 0.2), (1e5, 0.2)] {
            let share = 0..<Self.columns
            let clean = try Self.wholeModel(share, communicator, pathThreshold: threshold)
            let dirty = try Self.wholeModel(
                share, communicator, padding: garbage, pathThreshold: threshold)
            #expect(
                dirty.terms == clean.terms && dirty.gradients == clean.gradients
                    && dirty.running == clean.running)
            let cleanSubtree = try Self.subtree(share, communicator, weighted: true)
            let dirtySubtree = try Self.subtree(share, communicator, weighted: true, padding: garbage)
            #expect(
                dirtySubtree.terms == cleanSubtree.terms && dirtySubtree.gradients == cleanSubtree.gradients)
            #expect(dirtySubtree.running == cleanSubtree.running)
        }
    }

    /// A short batch after a full one, as at the end of an epoch, finds nothing of it.
    @Test(arguments: [0, 0.2, 0.45]) func earlierBatchesLeaveNothingBehind(pathThreshold: Double) throws {
        var architecture = Self.architecture
        architecture.pathThreshold = pathThreshold
        let sparse = architecture
        func gradients(afterFullBatch: Bool) throws -> [Double] {
            let model = TreeVAE<Double>(
                architecture: sparse, tree: Self.tree, columns: Self.columns, training: true)
            for size in afterFullBatch ? [Self.columns, 3] : [3] {
                // Parameters, and running means: moments are taken about these.
                model.arena.initialise(.fanIn, seed: 3, generation: 0)
                model.arena.gradients.zero()
                Self.fill(
                    model.images, rows: Self.architecture.features, share: 0..<size, key: size, low: 0,
                    high: 1, padding: 0)
                let samples = (0..<Int32(size)).map { $0 }
                _ = try samples.withUnsafeBufferPointer {
                    try model.step(
                        BatchShape(columns: size, globalColumns: size), noise: Self.noise,
                        samples: $0.baseAddress!,
                        alpha: Self.alpha)
                }
            }
            return Array(UnsafeBufferPointer(start: model.arena.gradients.pointer, count: model.arena.count))
        }
        #expect(try gradients(afterFullBatch: true) == gradients(afterFullBatch: false))
    }
}
