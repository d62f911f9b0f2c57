import Testing
import Topology
import TreeModel

@testable import Growth

@Suite struct PruningRuleTests {
    private let rule = PruningRule(minimumShare: 0.01)
    private var tree: Tree {
        var tree = Tree()
        _ = tree.split(1)
        return tree
    }

    @Test func theSmallestLeafGoesIfItIsTooSmall() {
        #expect(rule.leafToRemove(tree: tree, counts: [500, 9, 491]) == 3)
        #expect(rule.leafToRemove(tree: tree, counts: [5, 9, 986]) == 2)
        #expect(rule.leafToRemove(tree: tree, counts: [500, 500, 0]) == 4)
    }

    @Test func onePercentIsEnough() {
        #expect(rule.leafToRemove(tree: tree, counts: [500, 10, 490]) == nil)
        #expect(rule.leafToRemove(tree: tree, counts: [33, 33, 34]) == nil)
    }

    @Test func ofEqualLeavesTheFirstGoes() {
        #expect(rule.leafToRemove(tree: tree, counts: [1000, 3, 3]) == 3)
        #expect(rule.leafToRemove(tree: tree, counts: [3, 1000, 3]) == 2)
    }

    @Test func withoutSamplesNothingIsRemoved() {
        #expect(rule.leafToRemove(tree: tree, counts: [0, 0, 0]) == nil)
    }

    @Test func pruningGoesOnUntilAllAreLargeEnough() {
        // Samples of a removed leaf go to its sibling's side.
        var tree = tree
        var counts = [500, 9, 491]
        var removed: [Int] = []
        while let leaf = rule.leafToRemove(tree: tree, counts: counts), let next = tree.removing(leaf: leaf) {
            removed.append(leaf)
            tree = next.tree
            counts = [500, 500]
        }
        #expect(removed == [3])
        #expect(tree.leaves.count == 2 && tree.nodes.count == 4)
    }
}
