import ClusterMetrics
import Topology
import TreeModel

/// How a data set falls into the leaves of a tree: each sample to its most probable leaf.
public struct Clustering: Sendable, Equatable {
    /// Identifiers of the leaves, breadth first.
    public let leaves: [Int]
    /// Samples by leaf.
    public let leafCounts: [Int]
    /// Samples by class and leaf, where there are labels.
    public let table: ContingencyTable?

    /// A clustering as it was counted.
    package init(leaves: [Int], leafCounts: [Int], table: ContingencyTable?) {
        self.leaves = leaves
        self.leafCounts = leafCounts
        self.table = table
    }

    /// Number of samples.
    public var sampleCount: Int { leafCounts.reduce(0, +) }

    /// The five metrics, where there are labels.
    public func scores(over tree: Tree) -> ClusterScores? {
        table.map { ClusterScores($0, over: tree.hierarchy) }
    }

    /// The five metrics of the tree cut into flat clusters, where there are labels.
    ///
    /// - Parameter count: 1 up to the number of leaves.
    public func scores(over tree: Tree, clusters count: Int) -> ClusterScores? {
        guard let table else { return nil }
        let owners = tree.cut(into: count)
        let clusters = tree.breadthFirst.filter(Set(owners).contains)
        var merged = ContingencyTable(labelCount: table.labelCount, leafCount: clusters.count)
        merged.withMutableCounts { counts in
            for (leaf, owner) in owners.enumerated() {
                guard let cluster = clusters.firstIndex(of: owner) else { continue }
                for label in 0..<table.labelCount {
                    counts[label * clusters.count + cluster] += table[label, leaf]
                }
            }
        }
        let kept = tree.nodes.map(\.id).filter { id in
            !clusters.contains { $0 != id && tree.isAncestor($0, of: id) }
        }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        do {
            return ClusterScores(
                merged,
                over: try Hierarchy(
                    parents: kept.map { tree.nodes[$0].parent.flatMap { places[$0] } },
                    leaves: clusters.compactMap { places[$0] }))
        } catch {
            preconditionFailure("the upper part of a tree is a hierarchy: \(error)")
        }
    }

    /// Samples of each class below a node; nil without labels.
    public func classCounts(below node: Int, in tree: Tree) -> [Int]? {
        guard let table else { return nil }
        let columns = leaves.indices.filter { tree.isAncestor(node, of: leaves[$0]) }
        return (0..<table.labelCount).map { label in
            columns.reduce(0) { $0 + Int(table.counts[label * table.leafCount + $1]) }
        }
    }

    /// Samples below a node.
    public func count(below node: Int, in tree: Tree) -> Int {
        zip(leaves, leafCounts).reduce(0) { $0 + (tree.isAncestor(node, of: $1.0) ? $1.1 : 0) }
    }
}

extension Tree {
    /// The tree as the metrics see it: leaves in breadth-first order, as assignments number them.
    package var hierarchy: Hierarchy {
        do {
            return try Hierarchy(parents: nodes.map(\.parent), leaves: leaves)
        } catch {
            preconditionFailure("a tree is a hierarchy: \(error)")
        }
    }

    /// Whether `node` is `other` or above it.
    package func isAncestor(_ node: Int, of other: Int) -> Bool {
        sequence(first: other) { nodes[$0].parent }.contains(node)
    }
}
