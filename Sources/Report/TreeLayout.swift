/// Where the nodes of a tree stand when it is drawn from left to right: each leaf in a row of its own, every other node
/// half-way between its outermost children.
struct TreeLayout {
    /// Leaves from top to bottom: depth first, left before right.
    let leaves: [Int]
    /// Row of each node, from 0; of inner nodes between two rows.
    let rows: [Double]
    /// Depth of each node.
    let depths: [Int]

    /// - Parameter children: of each node, left before right; node 0 is the root, and parents come before children.
    init(children: [[Int]]) {
        var depths = [Int](repeating: 0, count: children.count)
        for (node, below) in children.enumerated() {
            for child in below { depths[child] = depths[node] + 1 }
        }
        var leaves: [Int] = []
        var open = [0]
        while let node = open.popLast() {
            if children[node].isEmpty { leaves.append(node) }
            open += children[node].reversed()
        }
        var rows = [Double](repeating: 0, count: children.count)
        for (row, leaf) in leaves.enumerated() { rows[leaf] = Double(row) }
        for node in children.indices.reversed() {
            if let first = children[node].first, let last = children[node].last {
                rows[node] = (rows[first] + rows[last]) / 2
            }
        }
        self.leaves = leaves
        self.rows = rows
        self.depths = depths
    }

    /// Depth of the deepest node.
    var depth: Int { depths.max() ?? 0 }
}
