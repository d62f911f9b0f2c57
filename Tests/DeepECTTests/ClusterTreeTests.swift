import Collectives
import Configuration
import Layers
import Testing
import TestSupport
import ThreadRanks
import Topology
import Training

@testable import DeepECT

/// Losses, gradients, weights, splits and prunings against those of ClustPy 0.0.3, whose functions were run on the same
/// numbers (`_node_center_loss`, `_data_compression_loss`, `_update_split_node_centers`, `_prune_tree`, `_grow_tree`).
@Suite struct ClusterTreeTests {
    /// Two leaves below the left child of the root, one at its right.
    private var threeLeaves: ClusterTree {
        var tree = ClusterTree(root: [0, 0])
        tree.split(0, at: [1, 1], [-4, 0.5])
        tree.split(1, at: [2, 3], [1.5, -2])
        return tree
    }

    private static let rows = [
        [2.2, 2.5], [1, 3.5], [3, 4], [1, -1], [2, -3.5], [-3, 1], [-5, -0.5], [-4.5, 2],
    ]
    private static let secondViews = [
        [2.5, 2.3], [0.9, 3.9], [3.2, 4.2], [0.7, -0.9], [2.1, -3.6], [-2.5, 1.5], [-5.2, -0.2], [-4.4, 1.4],
    ]

    /// Loss and gradients of rows, the second half of which are second views where there are two.
    private func evaluate(_ tree: ClusterTree, _ rows: [[Double]], views: Int = 1) throws -> (
        result: ClusterLoss.Result, gradients: [[Double]]
    ) {
        let batch = BatchShape(columns: rows.count, globalColumns: rows.count)
        let dimensions = rows[0].count
        var embedding = [Double](repeating: 9, count: dimensions * batch.stride)
        for (column, row) in rows.enumerated() {
            for (dimension, value) in row.enumerated() {
                embedding[dimension * batch.stride + column] = value
            }
        }
        let loss = ClusterLoss(tree)
        let first = rows.count / views
        let nearest = loss.nearest(embedding, batch)
        var gradient = [Double](repeating: 0, count: embedding.count)
        let result = try loss.evaluate(
            embedding, (0..<rows.count).map { nearest[$0 % first] }, batch, views: views,
            gradient: &gradient, SoloCommunicator())
        return (
            result,
            rows.indices.map { column in
                (0..<dimensions).map { gradient[$0 * batch.stride + column] }
            }
        )
    }

    private func expectClose(_ found: [[Double]], _ expected: [[Double]], _ tolerance: Double = 1e-9) {
        #expect(found.count == expected.count)
        for (a, b) in zip(found.joined(), expected.joined()) { #expect(abs(a - b) < tolerance, "\(a), \(b)") }
    }

    @Test func lossesAreThoseOfClustPy() throws {
        let (result, gradients) = try evaluate(threeLeaves, Self.rows)
        #expect(abs(result.nodeCentres - 0.320_870_876_829_828) < 1e-14)
        #expect(abs(result.dataCompression - 0.322_133_215_409_992) < 1e-14)
        #expect(result.counts == [3, 3, 2])
        expectClose(
            gradients,
            [
                [0.028_140_508_8, -0.031_094_912_2], [-0.028_140_508_8, 0.031_094_912_2],
                [0.034_359_491_2, 0.031_094_912_2], [-0.028_140_508_8, 0.031_094_912_2],
                [0.028_140_508_8, -0.031_094_912_2], [0.031_25, 0], [-0.031_25, 0], [-0.031_25, 0],
            ])
        expectClose(
            result.centreGradients,
            [
                [0.149_071_198_5, -0.298_142_397], [-0.065_372_045, -0.326_860_225_2],
                [0, 0.333_333_333_3],
            ])
    }

    @Test func lossesOfTwoViewsAreThoseOfClustPy() throws {
        let (result, gradients) = try evaluate(threeLeaves, Self.rows + Self.secondViews, views: 2)
        #expect(abs(result.nodeCentres - 0.352_215_490_689_489) < 1e-14)
        #expect(abs(result.dataCompression - 0.361_747_824_141_201) < 1e-14)
        #expect(result.counts == [3, 3, 2])
        let expected = [
            [0.014_070_254_4, -0.015_547_456_1], [-0.014_070_254_4, 0.015_547_456_1],
            [0.017_179_745_6, 0.015_547_456_1], [-0.014_070_254_4, 0.015_547_456_1],
            [0.014_070_254_4, -0.015_547_456_1], [0.015_625, 0], [-0.015_625, 0], [-0.015_625, 0],
        ]
        expectClose(gradients, expected + expected)
        expectClose(
            result.centreGradients,
            [
                [0.087_705_801_9, -0.321_587_940_4], [-0.105_409_255_3, -0.316_227_766],
                [0.065_372_045, 0.326_860_225_2],
            ])
    }

    /// The figures of a paper-and-pencil example: two leaves, four rows.
    @Test func lossesOfTwoLeaves() throws {
        var tree = ClusterTree(root: [0, 0])
        tree.split(0, at: [0, 0], [4, 0])
        let (result, gradients) = try evaluate(tree, [[-1, 1], [1, 0], [3, 1], [6, -2]])
        #expect(abs(result.nodeCentres - 0.603_553_39) < 1e-8 && result.dataCompression == 0.625)
        expectClose(gradients, [[-0.125, 0], [0.125, 0], [-0.125, 0], [0.125, 0]])
        expectClose(result.centreGradients, [[0, -0.5], [-0.353_553_39, 0.353_553_39]], 1e-8)
        tree.split(2, at: [3, 0.5], [6, -1])
        #expect(tree.nodes[2].centre == [4.5, -0.25])
        let deeper = try evaluate(tree, [[-1, 1], [1, 0], [3, 1], [6, -2]])
        #expect(abs(deeper.result.dataCompression - 0.367_812_64) < 1e-8)
        #expect(abs(deeper.result.nodeCentres - 0.666_666_67) < 1e-8)
        tree.follow(deeper.result.counts)
        #expect(tree.nodes.dropFirst().map(\.weight) == [1.5, 1.5, 1, 1])
    }

    /// The gradient that embeddings get is that of the loss.
    @Test func gradientsAreFiniteDifferences() throws {
        let (_, gradients) = try evaluate(threeLeaves, Self.rows)
        for row in Self.rows.indices {
            for dimension in 0..<2 {
                func loss(_ amount: Double) throws -> Double {
                    var rows = Self.rows
                    rows[row][dimension] += amount
                    return try evaluate(threeLeaves, rows).result.dataCompression
                }
                let numeric = try (loss(1e-6) - loss(-1e-6)) / 2e-6
                #expect(abs(numeric - gradients[row][dimension]) < 1e-8)
            }
        }
    }

    @Test func centresMoveAsTorchMovesThem() throws {
        var tree = threeLeaves
        var settings = Configuration().optimizer
        (settings.epsilon, settings.biasCorrection) = (1e-8, .torch)
        for _ in 0..<3 {
            let (result, _) = try evaluate(tree, Self.rows)
            tree.step(result.centreGradients, Adam(settings), learningRate: 0.05)
        }
        expectClose(
            tree.leaves.map { tree.nodes[$0].centre },
            [
                [-4.147_944_456_3, 0.650_139_869_5], [2.106_561_812, 3.150_042_336_8],
                [1.5, -2.149_999_995_5],
            ])
        #expect(tree.nodes[2].steps == 3 && tree.nodes[1].steps == 0)
    }

    @Test func nodesWithoutSamplesGoAsInClustPy() throws {
        var tree = threeLeaves
        tree.follow([3, 3, 2])
        #expect(tree.nodes.dropFirst().map(\.weight) == [3, 2, 2, 1.5])
        for expected in [
            [2.5, 1, 1, 1.75], [2.25, 0.5, 0.5, 1.875], [2.125, 0.25, 0.25, 1.9375],
            [2.0625, 0.125, 0.125, 1.96875],
        ] {
            tree.follow([0, 0, 2])
            #expect(tree.nodes.dropFirst().map(\.weight) == expected)
            let hasPruned = tree.prune(below: 0.1)
            #expect(!hasPruned)
        }
        tree.follow([0, 0, 2])
        let hasPruned = tree.prune(below: 0.1)
        #expect(hasPruned && tree.topology == .root)
        #expect(tree.nodes[0].weight == 1.984_375 && tree.nodes[0].centre == [1.5, -2])
    }

    /// A node that goes takes all below it along; its sibling comes up, with what is below that.
    @Test func siblingsTakeTheirParentsPlace() {
        var tree = ClusterTree(root: [0, 0])
        tree.split(0, at: [-4, 0], [4, 0])
        tree.split(1, at: [-5, 0], [-3, 0])
        tree.split(2, at: [3, 0], [5, 0])
        tree.split(5, at: [3, 1], [3, -1])
        #expect(tree.leaves == [3, 4, 6, 7, 8])
        // Leaves 3 and 4 have no samples, and node 1 above them has none either.
        for _ in 0..<4 { tree.follow([0, 0, 3, 3, 3]) }
        let hasPruned = tree.prune(below: 0.1)
        #expect(hasPruned)
        #expect(
            tree.topology
                == Tree(parent: [-1, 0, 0, 1, 1], left: [1, 3, -1, -1, -1], right: [2, 4, -1, -1, -1]))
        #expect(tree.leaves.map { tree.nodes[$0].centre } == [[5, 0], [3, 1], [3, -1]])
        #expect(tree.topology.cut(into: 2) == [2, 1, 1])
        tree.follow([0, 2, 2])
        let inner = tree.nodes[1]
        #expect(abs(inner.centre[0] - 3) < 1e-15 && abs(inner.centre[1]) < 1e-15)
    }

    /// Clouds of 12, 6, 4 and 2 points in three dimensions, of the same generator as there.
    private static let clouds: [Double] = {
        var state = 12345
        let offsets =
            Array(repeating: [0.0, 0, 0], count: 12) + Array(repeating: [6.0, 0, 0], count: 6)
            + Array(repeating: [0.0, 7, 1], count: 4) + Array(repeating: [9.0, 9, 0], count: 2)
        return offsets.joined().map { offset in
            state = (1_103_515_245 * state + 12345) % (1 << 31)
            return offset + Double(state) / Double(1 << 31)
        }
    }()

    @Test func splitsAreThoseOfClustPy() throws {
        let points = Self.clouds
        var tree = ClusterTree(root: [0, 0, 0])
        func grow() {
            tree.grow(points: points, restarts: 20, key: 7)
        }
        grow()
        expectClose(
            tree.leaves.map { tree.nodes[$0].centre }.sorted { $0[0] < $1[0] },
            [
                [2.553_917_639_7, 0.501_476_571_8, 0.511_033_719_2],
                [3.400_067_585_3, 7.895_227_335_6, 1.104_314_669_7],
            ])
        let expected = [
            [
                [0.530_356_47, 0.501_559_17, 0.492_849_51], [3.400_067_59, 7.895_227_34, 1.104_314_67],
                [6.601_039_98, 0.501_311_38, 0.547_402_13],
            ],
            [
                [0.428_921_86, 7.223_585_33, 1.512_451_25], [0.530_356_47, 0.501_559_17, 0.492_849_51],
                [6.601_039_98, 0.501_311_38, 0.547_402_13], [9.342_359_05, 9.238_511_36, 0.288_041_5],
            ],
            // A cloud without parts, of which k-means finds many halves: the best of all 2,047, which scikit-learn's
            // twenty starts miss.
            [
                [0.342_894_92, 0.617_315_44, 0.609_196_57], [0.428_921_86, 7.223_585_33, 1.512_451_25],
                [0.717_818_02, 0.385_802_9, 0.376_502_45], [6.601_039_98, 0.501_311_38, 0.547_402_13],
                [9.342_359_05, 9.238_511_36, 0.288_041_5],
            ],
        ]
        for centres in expected {
            grow()
            expectClose(
                tree.leaves.map { tree.nodes[$0].centre }.sorted { $0[0] < $1[0] }, centres, 1e-8)
        }
    }

    @Test func equalPointsAreNoTwoClusters() {
        #expect(TwoMeans([1, 2, 1, 2, 1, 2], dimensions: 2, restarts: 3, key: 1) == nil)
        #expect(TwoMeans([1, 2], dimensions: 2, restarts: 3, key: 1) == nil)
        var tree = ClusterTree(root: [0])
        tree.grow(points: [1, 1, 1], restarts: 2, key: 1)
        #expect(tree.topology == .root)
    }

    /// Siblings in one place push nothing.
    @Test func siblingsInOnePlace() throws {
        var tree = ClusterTree(root: [0, 0])
        tree.split(0, at: [1, 1], [1, 1])
        let (result, gradients) = try evaluate(tree, [[0, 1], [2, 3]])
        #expect(result.dataCompression == 0 && gradients == [[0, 0], [0, 0]] && result.counts == [2, 0])
    }

    /// Ranks that share a batch find what one finds, bit for bit.
    @Test func ranksFindTheSameBits() throws {
        let tree = threeLeaves
        let rows = (0..<64).map { (row: Int) -> [Double] in
            let (x, y) = (Double((row * 37) % 64), Double((row * 23) % 64))
            return [3 * x / 20 - 4, y / 9 - 3.5]
        }
        func run(ranks: Int) throws -> (nc: Double, dc: Double, gradients: [[Double]]) {
            let found = try ThreadCommunicator.run(ranks: ranks) { communicator in
                let local = communicator.rank * 64 / ranks..<(communicator.rank + 1) * 64 / ranks
                let batch = BatchShape(
                    columns: local.count, globalColumns: 64, firstColumn: local.lowerBound, sliceColumns: 16)
                var embedding = [Double](repeating: 0, count: 2 * batch.stride)
                for (column, row) in local.enumerated() {
                    (embedding[column], embedding[batch.stride + column]) = (rows[row][0], rows[row][1])
                }
                var gradient = embedding.map { _ in 0.0 }
                let loss = ClusterLoss(tree)
                let result = try loss.evaluate(
                    embedding, loss.nearest(embedding, batch), batch, views: 1, gradient: &gradient,
                    communicator)
                var part = [result.dataCompression]
                try communicator.sum(&part, purpose: "test")
                return (result.nodeCentres, part[0], result.centreGradients)
            }
            return found[0]
        }
        let alone = try run(ranks: 1)
        for ranks in [2, 4] {
            let shared = try run(ranks: ranks)
            #expect(shared.nc == alone.nc && shared.dc == alone.dc && shared.gradients == alone.gradients)
        }
    }
}
