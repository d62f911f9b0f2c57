extension Tree {
    /// The nodes as they are drawn and exported, in the order of ``nodes``.
    ///
    /// A node to which pruning left a single child decides nothing: it is a part of the branch to the first split or leaf
    /// below it. The root is a node in any case.
    public var drawnNodes: [Node] {
        nodes.filter { $0.parent == nil || $0.children.count != 1 }.map { node in
            Node(
                id: node.id, parent: node.parent.map(drawn(above:)), left: node.left.map(settled),
                right: node.right.map(settled), depth: node.depth)
        }
    }

    /// The node from which the branch to a node is drawn.
    ///
    /// - Parameter parent: the node's parent.
    private func drawn(above parent: Int) -> Int {
        var id = parent
        while let above = nodes[id].parent, nodes[id].children.count == 1 { id = above }
        return id
    }
}
