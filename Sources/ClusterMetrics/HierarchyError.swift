/// Why numbers of parents are not a tree.
public enum HierarchyError: Error, Equatable, CustomStringConvertible {
    /// A tree has exactly one node without a parent.
    case notOneRoot([Int])
    /// A node names a parent that does not exist.
    case missingParent(node: Int, parent: Int)
    /// These nodes are their own ancestors, or hang below such a node.
    case cycle([Int])
    /// The leaves given are not the nodes without children.
    case wrongLeaves(given: [Int], childless: [Int])

    /// What is wrong, with the numbers of the nodes.
    public var description: String {
        switch self {
        case .notOneRoot(let roots) where roots.isEmpty:
            "the tree has no root: give exactly one node no parent"
        case .notOneRoot(let roots):
            "the tree has \(roots.count) roots (nodes \(list(roots))): give exactly one node no parent"
        case .missingParent(let node, let parent):
            "node \(node) has parent \(parent), which does not exist"
        case .cycle(let nodes):
            "nodes \(list(nodes)) are not connected to the root: their parents form a cycle"
        case .wrongLeaves(let given, let childless):
            "the leaves given (\(list(given))) are not the nodes without children (\(list(childless)))"
        }
    }

    private func list(_ nodes: [Int]) -> String {
        nodes.prefix(8).map(String.init).joined(separator: ", ") + (nodes.count > 8 ? ", ..." : "")
    }
}
