import Topology
import TreeModel

/// How often the splits of a tree come again in other trees of the same samples.
///
/// What bootstrap support is to a phylogenetic tree: a branch that depends on the seed says little about the data. A split
/// comes again in another tree if that has a node which divides the same samples in the same way: the samples of both
/// its sides overlap with those of the sides of ours, in either order, by a Jaccard index (those in both over those in
/// either) of at least ``leastOverlap``.
package struct SplitSupport {
    /// The overlap from which on two sides are the same.
    package static var leastOverlap: Double { 0.75 }

    /// By inner node, the share of the other trees that have its split; empty without other trees.
    package let shares: [Int: Double]

    /// A tree, and the leaf of each of some samples.
    package struct Member {
        package let tree: Tree
        /// For each sample the index of its leaf in `tree.leaves`.
        package let assignments: [Int32]

        package init(tree: Tree, assignments: [Int32]) {
            self.tree = tree
            self.assignments = assignments
        }
    }

    /// The support of one tree's splits by the others.
    package init(of member: Member, by others: [Member]) {
        guard !others.isEmpty else {
            shares = [:]
            return
        }
        let splits = member.tree.nodes.filter(\.isSplit)
        var found = [Int](repeating: 0, count: splits.count)
        for other in others {
            let overlap = Overlaps(member, other)
            let theirs = other.tree.nodes.filter(\.isSplit)
            for (index, split) in splits.enumerated() {
                if theirs.contains(where: { overlap.isSame(split, $0) }) { found[index] += 1 }
            }
        }
        shares = Dictionary(
            uniqueKeysWithValues: zip(splits, found).map { ($0.id, Double($1) / Double(others.count)) })
    }

    /// The samples that nodes of two trees have in common.
    private struct Overlaps {
        private let ours: [Set<Int>]
        private let theirs: [Set<Int>]
        /// Samples by leaf of ours and leaf of theirs.
        private let counts: [[Int]]

        init(_ member: Member, _ other: Member) {
            precondition(member.assignments.count == other.assignments.count, "trees of the same samples")
            ours = member.tree.leavesBelow
            theirs = other.tree.leavesBelow
            var counts = [[Int]](
                repeating: [Int](repeating: 0, count: other.tree.leaves.count),
                count: member.tree.leaves.count)
            for (leaf, theirLeaf) in zip(member.assignments, other.assignments) {
                counts[Int(leaf)][Int(theirLeaf)] += 1
            }
            self.counts = counts
        }

        func isSame(_ node: Tree.Node, _ other: Tree.Node) -> Bool {
            let (left, right) = (node.left!, node.right!)
            let (otherLeft, otherRight) = (other.left!, other.right!)
            return min(jaccard(left, otherLeft), jaccard(right, otherRight)) >= leastOverlap
                || min(jaccard(left, otherRight), jaccard(right, otherLeft)) >= leastOverlap
        }

        private func jaccard(_ node: Int, _ other: Int) -> Double {
            var (both, either) = (0, 0)
            for (row, counts) in counts.enumerated() {
                let isOurs = ours[node].contains(row)
                for (column, count) in counts.enumerated() {
                    let isTheirs = theirs[other].contains(column)
                    if isOurs && isTheirs { both += count }
                    if isOurs || isTheirs { either += count }
                }
            }
            return either == 0 ? 0 : Double(both) / Double(either)
        }
    }
}

extension Tree {
    /// For each node the leaves below it, by their place in ``leaves``.
    fileprivate var leavesBelow: [Set<Int>] {
        var below = [Set<Int>](repeating: [], count: nodes.count)
        for (index, leaf) in leaves.enumerated() { below[leaf] = [index] }
        for node in nodes.reversed() {
            for child in node.children { below[node.id].formUnion(below[child]) }
        }
        return below
    }
}
