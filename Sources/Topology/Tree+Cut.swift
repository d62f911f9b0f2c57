// Flat clusters: the order in which growth made the splits is a hierarchy of merges, the last split undone first.
extension Tree {
    /// The nodes that split, in the order in which growth split them: a node before those below it.
    ///
    /// Children get their identifiers when they are made, and keep their order when pruning closes gaps.
    public var splitsInOrderOfGrowth: [Int] {
        nodes.filter(\.isSplit).map(\.id).sorted { (nodes[$0].left ?? 0) < (nodes[$1].left ?? 0) }
    }

    /// Height of every node in the order of ``nodes``: 0 for leaves, from 1 on for splits from the last one to the
    /// first, that of its child for a node with one child. A parent is never lower than its child.
    public var mergeHeights: [Int] {
        var heights = [Int](repeating: 0, count: nodes.count)
        for (index, node) in splitsInOrderOfGrowth.reversed().enumerated() { heights[node] = index + 1 }
        for node in nodes.reversed() where node.children.count == 1 {
            heights[node.id] = heights[node.children[0]]
        }
        return heights
    }

    /// The node that decides below `node`: itself, or where pruning left it a single child, the first split or leaf
    /// further down.
    public func settled(_ node: Int) -> Int {
        var id = node
        while nodes[id].children.count == 1 { id = nodes[id].children[0] }
        return id
    }

    /// Flat clusters: the leaves of the tree that growth had when it had `count` of them, so far as pruning left them.
    ///
    /// - Parameter count: 1 up to the number of leaves.
    /// - Returns: for each leaf, in the order of ``leaves``, the node that stands for its cluster.
    public func cut(into count: Int) -> [Int] {
        precondition((1...leaves.count).contains(count), "\(count) clusters of \(leaves.count) leaves")
        let undone = Set(splitsInOrderOfGrowth.dropFirst(count - 1))
        return leaves.map { leaf in
            // The highest node on the way to the leaf whose split is undone.
            sequence(first: leaf) { nodes[$0].parent }.reversed().first(where: undone.contains) ?? leaf
        }
    }

    /// The nodes from the root to `node`.
    public func path(to node: Int) -> [Int] {
        sequence(first: node) { nodes[$0].parent }.reversed()
    }
}
