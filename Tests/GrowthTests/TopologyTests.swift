import Layers
import Networks
import Testing
import Topology
import TreeModel

@testable import Growth

/// Growing and pruning change the function of the tree where they change the tree, and nowhere else.
@Suite struct TopologyTests {
    private static let columns = 11
    private static let architecture = Architecture(
        family: .cnn1, inputShape: [1, 28, 28], latent: [4, 5, 3, 6], layers: [16, 12, 16, 20],
        batchNorm: .init(momentum: 0.9, epsilon: 1e-3, slope: 0.3), initialisation: .glorot)
    private static let samples = (0..<Int32(columns)).map { 3 * $0 }
    private static let noise = NoiseKey(seed: 4, epoch: 7, stream: .evaluation)
    private let batch = BatchShape(columns: columns, globalColumns: columns)

    private func fill(
        _ values: UnsafeMutablePointer<Double>, rows: Int, key: UInt32, low: Double, high: Double
    ) {
        Double.uniforms(
            key: 1, tensor: key, generation: 0, stream: 90, low: low, high: high, into: values,
            count: rows * batch.stride)
    }

    /// A model whose tensors are all unlike their first values.
    private func makeModel(_ tree: Tree) throws -> TreeVAE<Double> {
        let model = TreeVAE<Double>(
            architecture: Self.architecture, tree: tree, columns: Self.columns, training: true)
        model.arena.initialise(.fanIn, seed: 5, generation: 0)
        fill(model.images, rows: Self.architecture.features, key: 1, low: 0, high: 1)
        for _ in 0..<2 {
            _ = try Self.samples.withUnsafeBufferPointer {
                try model.step(batch, noise: Self.noise, samples: $0.baseAddress!, alpha: 1)
            }
        }
        return model
    }

    private func evaluate(_ model: TreeVAE<Double>) throws {
        fill(model.images, rows: Self.architecture.features, key: 2, low: 0, high: 1)
        _ = try Self.samples.withUnsafeBufferPointer {
            try model.evaluate(batch, noise: Self.noise, samples: $0.baseAddress!)
        }
    }

    private func values(_ values: UnsafeMutablePointer<Double>, rows: Int) -> [Double] {
        (0..<rows).flatMap { row in (0..<Self.columns).map { values[row * batch.stride + $0] } }
    }

    private func reach(_ topDown: TopDown<Double>, _ leaf: Int) -> [Double] {
        values(topDown.leafReach(leaf), rows: 1)
    }
    private func logits(_ topDown: TopDown<Double>, _ leaf: Int) throws -> [Double] {
        values(try topDown.decode(leaf).value, rows: Self.architecture.features)
    }
    private func latent(_ topDown: TopDown<Double>, _ node: Int, _ tree: Tree) -> [Double] {
        values(topDown.latent(node), rows: Self.architecture.latentSize(depth: tree.nodes[node].depth))
    }

    @Test(arguments: [3, 4, 2])
    func attachingKeepsTheRestAndAddsTheSubtree(top: Int) throws {
        var tree = Tree()
        _ = tree.split(1)
        let model = try makeModel(tree)
        let subtree = Subtree<Double>(
            architecture: Self.architecture, growing: tree, at: top, weightsReconstruction: false,
            columns: Self.columns)
        subtree.arena.initialise(.fanIn, seed: 6, generation: 1)
        for k in 0..<subtree.arena.statisticsCount {
            subtree.arena.running.pointer[k] = 0.5 + 0.01 * Double(k % 50)
        }

        try evaluate(model)
        let depth = tree.nodes[top].depth
        let stride = batch.stride
        for (target, source) in [
            (subtree.upperLevel, model.trunk.levels[depth]),
            (subtree.lowerLevel, model.trunk.levels[depth + 1]),
        ] {
            target.value.update(from: source.value, count: source.rows * stride)
        }
        subtree.latent.update(
            from: model.topDown.latent(top), count: Self.architecture.latentSize(depth: depth) * stride)
        subtree.reach.update(from: model.topDown.leafReach(top), count: stride)
        try subtree.assign(batch)
        Self.samples.withUnsafeBufferPointer {
            subtree.topDown.drawNoise(Self.noise, samples: $0.baseAddress!)
        }
        try subtree.topDown.sample(subtree.pass)

        let grown = model.attaching(subtree, columns: Self.columns, reducer: SingleRankReducer())
        #expect(grown.tree.leaves.count == 4 && grown.tree == subtree.tree)
        #expect(grown.arena.parameters.allSatisfy { !$0.name.hasPrefix("\(nodeName(top))/decoder") })
        try evaluate(grown)
        for leaf in tree.leaves where leaf != top {
            #expect(reach(grown.topDown, leaf) == reach(model.topDown, leaf))
            #expect(latent(grown.topDown, leaf, tree) == latent(model.topDown, leaf, tree))
            #expect(try logits(grown.topDown, leaf) == logits(model.topDown, leaf))
        }
        #expect(latent(grown.topDown, top, tree) == latent(model.topDown, top, tree))
        let parent = reach(model.topDown, top)
        let children = subtree.topDown.leaves
        #expect(children == grown.tree.nodes[top].children)
        for leaf in children {
            let expected = zip(parent, reach(subtree.topDown, leaf)).map(*)
            #expect(reach(grown.topDown, leaf) == expected)
            #expect(latent(grown.topDown, leaf, grown.tree) == latent(subtree.topDown, leaf, grown.tree))
            #expect(try logits(grown.topDown, leaf) == logits(subtree.topDown, leaf))
        }
        for (sum, whole) in zip(
            zip(reach(grown.topDown, children[0]), reach(grown.topDown, children[1])).map(+), parent)
        {
            #expect(abs(sum - whole) < 1e-14)
        }
    }

    /// Five leaves: 3, 5 and 6 below 4 (all below 1), 7 and 8 below 2.
    private func fiveLeaves() -> Tree {
        var tree = Tree()
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        return tree
    }

    @Test(arguments: [3, 5, 6, 7, 8])
    func removingALeafKeepsWhatIsLeft(leaf: Int) throws {
        let tree = fiveLeaves()
        #expect(tree.leaves.contains(leaf))
        let model = try makeModel(tree)
        try evaluate(model)
        let pruned = try #require(
            model.removing(leaf: leaf, columns: Self.columns, reducer: SingleRankReducer()))
        let newIdentifier = try #require(tree.removing(leaf: leaf)?.newIdentifier)
        #expect(pruned.tree.leaves.count == 4)
        let parent = try #require(tree.nodes[leaf].parent)
        let above = try #require(newIdentifier[parent])
        let routers = pruned.arena.parameters.filter {
            $0.name.hasPrefix("\(nodeName(above))/") && $0.name.contains("router")
        }
        #expect(routers.isEmpty)

        // Noise is keyed by identifiers, which have closed up: it is written by hand.
        fill(pruned.images, rows: Self.architecture.features, key: 2, low: 0, high: 1)
        try pruned.assign(batch)
        for (old, new) in newIdentifier {
            let size = Self.architecture.latentSize(depth: tree.nodes[old].depth)
            pruned.topDown.noise(new).update(from: model.topDown.noise(old), count: size * batch.stride)
        }
        try pruned.topDown.sample(pruned.pass)
        let sibling = try #require(tree.nodes[parent].children.first { $0 != leaf })
        for other in tree.leaves where other != leaf {
            let new = try #require(newIdentifier[other])
            #expect(try logits(pruned.topDown, new) == logits(model.topDown, other))
            #expect(latent(pruned.topDown, new, pruned.tree) == latent(model.topDown, other, tree))
            let isBelowSibling = sequence(first: other) { tree.nodes[$0].parent }.contains(sibling)
            if !isBelowSibling { #expect(reach(pruned.topDown, new) == reach(model.topDown, other)) }
        }
        let total = pruned.tree.leaves.reduce([Double](repeating: 0, count: Self.columns)) { sum, leaf in
            zip(sum, reach(pruned.topDown, leaf)).map(+)
        }
        #expect(total.allSatisfy { abs($0 - 1) < 1e-14 })
    }

    @Test func aChildlessParentGoesToo() throws {
        var model = try makeModel(fiveLeaves())
        // 5 and 6 hang below 4: without them it has no children left, and 1 keeps 3 alone.
        model = try #require(model.removing(leaf: 6, columns: 4, reducer: SingleRankReducer()))
        model = try #require(model.removing(leaf: 5, columns: 4, reducer: SingleRankReducer()))
        #expect(model.tree.leaves.count == 3)
        #expect(model.tree.nodes[1].children.count == 1)
        #expect(model.arena.parameters.allSatisfy { !$0.name.hasPrefix("node_001/generative_router") })
        #expect(model.arena.parameters.contains { $0.name.hasPrefix("node_000/generative_router") })
    }

    @Test func theLastLeafStays() throws {
        var model = try makeModel(Tree())
        model = try #require(model.removing(leaf: 1, columns: 4, reducer: SingleRankReducer()))
        #expect(model.tree.nodes.count == 2)
        #expect(model.removing(leaf: 1, columns: 4, reducer: SingleRankReducer()) == nil)
    }
}
