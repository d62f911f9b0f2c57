import RunLog
import Topology
import TreeModel

/// How a tree came about: the records of a run, played again from the root with two leaves.
package struct GrowthReplay {
    /// The tree after a record.
    package struct Step {
        package let record: GrowthRecord
        package let tree: Tree
    }

    /// The tree that growth started from.
    package let start: Tree
    /// One step a record, in order.
    package let steps: [Step]

    /// Plays the records of a run that has come to `tree`. Nil if they do not lead there, as those of a file from
    /// before changes were recorded.
    ///
    /// - Parameter growingLeaf: the leaf whose two new leaves are still in training, and not yet in `tree`.
    package init?(_ records: [GrowthRecord], to tree: Tree, growingLeaf: Int?) {
        var steps: [Step] = []
        // A root alone is a leaf, which can split; that with two leaves is none.
        let isRootAlone = records.first.map { $0.kind == .split && $0.leaf == 0 } ?? (tree == .root)
        // What never branched is what it started as.
        start = records.isEmpty && tree.leaves.count == 1 ? tree : isRootAlone ? .root : Tree()
        var present = start
        for record in growingLeaf == nil ? records[...] : records.dropLast() {
            guard present.nodes.indices.contains(record.leaf), present.nodes[record.leaf].isLeaf else {
                return nil
            }
            switch record.kind {
            case .split: _ = present.split(record.leaf)
            case .prune:
                guard let pruned = present.removing(leaf: record.leaf) else { return nil }
                present = pruned.tree
            }
            steps.append(Step(record: record, tree: present))
        }
        guard present == tree else { return nil }
        self.steps = steps
    }
}
