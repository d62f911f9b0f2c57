import Store
import Topology
import TreeModel

extension HDF5Group {
    /// Writes a topology as flat arrays, one entry a node, -1 for none; and the attributes `nodes` and `leaves`.
    package func write(_ tree: Tree) throws {
        func flat(_ name: String, _ value: (Tree.Node) -> Int?) throws {
            try write(tree.nodes.map { Int32(value($0) ?? -1) }, to: name, shape: [tree.nodes.count])
        }
        try flat("parent") { $0.parent }
        try flat("left") { $0.left }
        try flat("right") { $0.right }
        try flat("depth") { $0.depth }
        try setAttribute("nodes", to: tree.nodes.count)
        try setAttribute("leaves", to: tree.leaves)
    }
}
