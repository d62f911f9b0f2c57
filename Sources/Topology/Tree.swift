/// The topology of a TreeVAE: a rooted tree whose splitting nodes have two children.
///
/// Identifiers are indices into ``nodes``, parent before child; a node keeps its identifier while the tree
/// grows. After pruning a node may have one child, and identifiers close up (in their old order).
public struct Tree: Sendable, Equatable {
    /// A node of the tree.
    public struct Node: Sendable, Equatable {
        /// Its index.
        public let id: Int
        /// The parent's index; nil for the root.
        public let parent: Int?
        /// The left child's index.
        public internal(set) var left: Int?
        /// The right child's index.
        public internal(set) var right: Int?
        /// Edges to the root.
        public let depth: Int

        /// Whether it has a decoder.
        public var isLeaf: Bool { left == nil && right == nil }
        /// Whether it has routers.
        public var isSplit: Bool { left != nil && right != nil }
        /// Left before right.
        public var children: [Int] { [left, right].compactMap { $0 } }
    }

    /// All nodes, parent before child.
    public private(set) var nodes: [Node]

    /// A root that is the only leaf.
    public static let root = Tree(parent: [-1], left: [-1], right: [-1])!

    /// A root with two leaves, with which the published runs start.
    public init() {
        self = .root
        _ = split(0)
    }

    /// Nodes below one another, each the only child of the one above: no sample has a choice.
    ///
    /// - Parameter levels: number of nodes, at least 1.
    public static func chain(levels: Int) -> Tree {
        let last = levels - 1
        return Tree(
            parent: Array(-1..<last), left: (0..<levels).map { $0 < last ? $0 + 1 : -1 },
            right: Array(repeating: -1, count: levels))!
    }

    /// A tree from flat arrays, as a checkpoint holds them (−1 for none). Nil if they are no such tree.
    public init?(parent: [Int], left: [Int], right: [Int]) {
        guard !parent.isEmpty, parent.count == left.count, parent.count == right.count, parent[0] == -1 else {
            return nil
        }
        func optional(_ id: Int) -> Int? { id < 0 ? nil : id }
        var nodes: [Node] = []
        for id in parent.indices {
            guard id == 0 || (0..<id).contains(parent[id]) else { return nil }
            guard [left[id], right[id]].allSatisfy({ $0 == -1 || (id + 1..<parent.count).contains($0) })
            else {
                return nil
            }
            let depth = id == 0 ? 0 : nodes[parent[id]].depth + 1
            nodes.append(
                Node(
                    id: id, parent: optional(parent[id]), left: optional(left[id]),
                    right: optional(right[id]), depth: depth)
            )
        }
        for node in nodes {
            guard node.children.allSatisfy({ nodes[$0].parent == node.id }),
                Set(node.children).count == node.children.count
            else { return nil }
            if let above = node.parent, !nodes[above].children.contains(node.id) { return nil }
        }
        self.nodes = nodes
    }

    /// Identifiers of all nodes, breadth first, left before right.
    public var breadthFirst: [Int] {
        var order = [0]
        var next = 0
        while next < order.count {
            order += nodes[order[next]].children
            next += 1
        }
        return order
    }

    /// Identifiers of the leaves in breadth-first order: the "leaf index" of metrics and assignments.
    public var leaves: [Int] { breadthFirst.filter { nodes[$0].isLeaf } }

    /// Depth of the deepest node.
    public var depth: Int { nodes.map(\.depth).max() ?? 0 }

    /// Gives a leaf two children and returns their identifiers.
    public mutating func split(_ leaf: Int) -> (left: Int, right: Int) {
        precondition(nodes[leaf].isLeaf, "node \(leaf) is split already")
        let left = nodes.count
        for id in [left, left + 1] {
            nodes.append(Node(id: id, parent: leaf, left: nil, right: nil, depth: nodes[leaf].depth + 1))
        }
        nodes[leaf].left = left
        nodes[leaf].right = left + 1
        return (left, left + 1)
    }

    /// The tree without a leaf, and without ancestors that are left childless; with the new identifier of
    /// every node that stays. Nil if nothing but the root would be left.
    public func removing(leaf: Int) -> (tree: Tree, newIdentifier: [Int: Int])? {
        precondition(nodes[leaf].isLeaf, "node \(leaf) is no leaf")
        var removed: Set<Int> = [leaf]
        var id = leaf
        while let parent = nodes[id].parent, nodes[parent].children.allSatisfy(removed.contains) {
            removed.insert(parent)
            id = parent
        }
        guard !removed.contains(0) else { return nil }
        let kept = nodes.filter { !removed.contains($0.id) }
        let newIdentifier = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.id, $0) })
        var tree = self
        tree.nodes = kept.map { node in
            Node(
                id: newIdentifier[node.id]!, parent: node.parent.flatMap { newIdentifier[$0] },
                left: node.left.flatMap { newIdentifier[$0] },
                right: node.right.flatMap { newIdentifier[$0] },
                depth: node.depth)
        }
        return (tree, newIdentifier)
    }
}
