import Testing
import Topology
import TreeModel

@testable import Sweeps

@Suite struct SplitSupportTests {
    /// Leaves 2, 3 and 4, in this order.
    private var left: Tree {
        var tree = Tree()
        _ = tree.split(1)
        return tree
    }
    /// Leaves 1, 3 and 4: the mirror image.
    private var right: Tree {
        var tree = Tree()
        _ = tree.split(2)
        return tree
    }
    private func member(_ tree: Tree, _ counts: [(leaf: Int32, count: Int)]) -> SplitSupport.Member {
        SplitSupport.Member(
            tree: tree, assignments: counts.flatMap { [Int32](repeating: $0.leaf, count: $0.count) })
    }

    @Test func sidesAndNamesMakeNoDifference() {
        let ours = member(left, [(0, 10), (1, 5), (2, 5)])
        let mirrored = member(right, [(0, 10), (2, 5), (1, 5)])
        #expect(SplitSupport(of: ours, by: [mirrored, mirrored]).shares == [0: 1, 1: 1])
    }

    /// 3 of 4 samples in common are enough, 2 of 3 are not.
    @Test func threeQuartersAreTheSameSide() {
        let ours = member(left, [(0, 8), (1, 4), (2, 4)])
        let near = member(left, [(0, 8), (1, 4), (2, 3), (1, 1)])
        #expect(SplitSupport(of: ours, by: [near]).shares == [0: 1, 1: 1])
        let far = member(left, [(0, 8), (1, 4), (2, 2), (1, 2)])
        #expect(SplitSupport(of: ours, by: [far]).shares == [0: 1, 1: 0])
        #expect(SplitSupport(of: ours, by: [near, far]).shares == [0: 1, 1: 0.5])
    }

    /// The same leaves in another order of splits: the root of one is nowhere in the other.
    @Test func anotherOrderIsAnotherSplit() {
        let ours = member(left, [(0, 10), (1, 10), (2, 10)])
        let other = member(left, [(1, 10), (0, 10), (2, 10)])
        #expect(SplitSupport(of: ours, by: [other]).shares == [0: 0, 1: 0])
    }

    /// A node that pruning left one child stands for that child.
    @Test func nodesWithOneChildAreNoSplits() throws {
        var tree = left
        _ = tree.split(2)
        let pruned = try #require(tree.removing(leaf: 6)?.tree)
        let ours = member(pruned, [(2, 10), (0, 5), (1, 5)])
        let shares = SplitSupport(of: ours, by: [member(left, [(0, 10), (1, 5), (2, 5)])]).shares
        #expect(shares == [0: 1, 1: 1])
    }

    @Test func withoutOtherTreesThereIsNone() {
        #expect(SplitSupport(of: member(left, [(0, 1)]), by: []).shares.isEmpty)
    }
}
