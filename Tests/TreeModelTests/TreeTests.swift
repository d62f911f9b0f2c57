import Testing
import Topology

@testable import TreeModel

@Suite struct TreeTests {
    private func arrays(_ tree: Tree) -> (parent: [Int], left: [Int], right: [Int]) {
        (
            tree.nodes.map { $0.parent ?? -1 }, tree.nodes.map { $0.left ?? -1 },
            tree.nodes.map { $0.right ?? -1 }
        )
    }

    @Test func startsAsARootWithTwoLeaves() {
        let tree = Tree()
        #expect(tree.nodes.count == 3 && tree.leaves == [1, 2] && tree.depth == 1)
        #expect(tree.nodes[0].isSplit && !tree.nodes[0].isLeaf && tree.nodes[0].parent == nil)
        #expect(tree.nodes[1].isLeaf && tree.nodes[1].depth == 1 && tree.nodes[2].parent == 0)
    }

    @Test func splittingAppendsAndKeepsIdentifiers() {
        var tree = Tree()
        #expect(tree.split(1) == (3, 4))
        #expect(tree.split(4) == (5, 6))
        #expect(tree.split(2) == (7, 8))
        #expect(tree.breadthFirst == [0, 1, 2, 3, 4, 7, 8, 5, 6])
        #expect(tree.leaves == [3, 7, 8, 5, 6])
        #expect(tree.depth == 3)
        #expect(tree.nodes[4].children == [5, 6] && tree.nodes[5].depth == 3)
    }

    @Test func removingClosesIdentifiersUp() throws {
        var tree = Tree()
        _ = tree.split(1)
        _ = tree.split(4)
        let (pruned, newIdentifier) = try #require(tree.removing(leaf: 3))
        #expect(newIdentifier == [0: 0, 1: 1, 2: 2, 4: 3, 5: 4, 6: 5])
        #expect(pruned.nodes[1].children == [3] && !pruned.nodes[1].isSplit && !pruned.nodes[1].isLeaf)
        #expect(pruned.nodes[1].left == nil && pruned.nodes[1].right == 3)
        #expect(pruned.leaves == [2, 4, 5] && pruned.nodes[3].depth == 2)
        // Both children of the only child gone: it goes, and its parent with it.
        let one = try #require(pruned.removing(leaf: 4))
        let none = try #require(one.tree.removing(leaf: one.tree.leaves.last!))
        #expect(none.tree.nodes.map(\.parent) == [nil, 0])
        #expect(none.tree.removing(leaf: 1) == nil)
    }

    @Test func flatArraysRoundTrip() throws {
        var tree = Tree()
        for leaf in [1, 2, 3, 5, 8] { _ = tree.split(leaf) }
        let pruned = try #require(tree.removing(leaf: 10)?.tree)
        for tree in [Tree(), tree, pruned] {
            let (parent, left, right) = arrays(tree)
            #expect(Tree(parent: parent, left: left, right: right) == tree)
        }
    }

    @Test(
        arguments: [
            ([], [], []),
            ([-1], [-1], []),
            ([0], [-1], [-1]),
            // A child that is not there, comes before its parent, or is its own.
            ([-1, 0, 0], [1, -1, -1], [3, -1, -1]),
            ([-1, 0, 0], [1, 0, -1], [2, -1, -1]),
            ([-1, 0, 0], [1, 1, -1], [2, -1, -1]),
            ([-1, 1, 0], [1, -1, -1], [2, -1, -1]),
            ([-1, 2, 0], [1, -1, -1], [2, -1, -1]),
            // Twice the same child, or a child of another.
            ([-1, 0, 0], [1, -1, -1], [1, -1, -1]),
            ([-1, 0, 0, 1], [1, 3, 3], [2, -1, -1, -1]),
            ([-1, 0, 0, 1], [1, 3, 3, -1], [2, -1, -1, -1]),
            ([-1, 0, 0, 1], [1, -1, 3, -1], [2, -1, -1, -1]),
            // A node that no parent knows, a second root, numbers that are no identifiers.
            ([-1, 0, 0], [1, -1, -1], [-1, -1, -1]),
            ([-1, 0, -1], [1, -1, -1], [2, -1, -1]),
            ([-1, 0, 0], [1, -2, -1], [2, -1, -1]),
            ([-2, 0, 0], [1, -1, -1], [2, -1, -1]),
            ([-1, 0, 0], [1, -1, -1], [Int.max, -1, -1]),
        ] as [([Int], [Int], [Int])])
    func nonsenseIsNoTree(_ parent: [Int], _ left: [Int], _ right: [Int]) {
        #expect(Tree(parent: parent, left: left, right: right) == nil)
    }
}
