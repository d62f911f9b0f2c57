import Testing
import Topology

@testable import TreeModel

@Suite struct CutTests {
    /// Splits 0, 1, 4, 2 in this order: leaves 3, 7, 8, 5, 6.
    private let tree: Tree = {
        var tree = Tree()
        for leaf in [1, 4, 2] { _ = tree.split(leaf) }
        return tree
    }()

    @Test func cutsUndoTheLastSplitsOfGrowth() {
        #expect(tree.leaves == [3, 7, 8, 5, 6])
        #expect(tree.splitsInOrderOfGrowth == [0, 1, 4, 2])
        #expect(tree.cut(into: 1) == [0, 0, 0, 0, 0])
        #expect(tree.cut(into: 2) == [1, 2, 2, 1, 1])
        #expect(tree.cut(into: 3) == [3, 2, 2, 4, 4])
        #expect(tree.cut(into: 4) == [3, 2, 2, 5, 6])
        #expect(tree.cut(into: 5) == tree.leaves)
        #expect(tree.mergeHeights == [4, 3, 1, 0, 2, 0, 0, 0, 0])
        #expect(tree.path(to: 6) == [0, 1, 4, 6])
    }

    @Test func nodesWithOneChildDecideNothing() throws {
        // Without 3, node 1 keeps 4 alone, now 3 with the leaves 4 and 5; without one of 2's, it keeps a leaf.
        let pruned = try #require(tree.removing(leaf: 3)?.tree.removing(leaf: 6)?.tree)
        #expect(pruned.leaves == [6, 4, 5])
        #expect(pruned.splitsInOrderOfGrowth == [0, 3])
        #expect(pruned.settled(1) == 3 && pruned.settled(2) == 6 && pruned.settled(0) == 0)
        #expect(pruned.mergeHeights == [2, 1, 0, 1, 0, 0, 0])
        #expect(pruned.cut(into: 2) == [6, 3, 3])
        #expect(pruned.cut(into: 1) == [0, 0, 0])
        #expect(pruned.drawnNodes.map(\.id) == [0, 3, 4, 5, 6])
        #expect(pruned.drawnNodes.map(\.parent) == [nil, 0, 3, 3, 0])
        #expect(pruned.drawnNodes.map(\.children) == [[3, 6], [4, 5], [], [], []])
        #expect(tree.drawnNodes == tree.nodes)
        let alone = try #require(pruned.removing(leaf: 4)?.tree.removing(leaf: 4)?.tree)
        #expect(alone.leaves.count == 1 && alone.cut(into: 1) == alone.leaves)
    }
}
