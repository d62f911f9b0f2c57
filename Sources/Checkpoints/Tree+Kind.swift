import Topology
import TreeModel

extension Tree {
    /// `root`, `inner` or `leaf`, as checkpoints name nodes.
    package func kind(of node: Node) -> String {
        node.parent == nil ? "root" : node.isLeaf ? "leaf" : "inner"
    }

    /// Which child of its parent a node is, `left` or `right`; nil for the root.
    package func side(of node: Node) -> String? {
        node.parent.map { nodes[$0].left == node.id ? "left" : "right" }
    }
}
