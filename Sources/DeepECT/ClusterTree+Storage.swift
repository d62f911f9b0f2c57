import Checkpoints
import Store
import Topology

// What a checkpoint has of a cluster tree beside its topology: data sets of the group /cluster_tree, a row a node.
extension ClusterTree {
    private static var group: String { "cluster_tree" }

    /// The tree of a checkpoint.
    package init(_ checkpoint: CheckpointReader, dimensions: Int) throws {
        let topology = checkpoint.header.tree
        let count = topology.nodes.count
        func rows(_ name: String, _ shape: [Int]) throws -> [Double] {
            try checkpoint.values("\(Self.group)/\(name)", shape: shape)
        }
        let centres = try rows("centres", [count, dimensions])
        let weights = try rows("weights", [count])
        var nodes = (0..<count).map { id in
            Node(centre: Array(centres[id * dimensions..<(id + 1) * dimensions]))
        }
        for id in 0..<count { nodes[id].weight = weights[id] }
        if checkpoint.header.phaseName != "finished" {
            let (first, second) = (
                try rows("first_moments", [count, dimensions]),
                try rows("second_moments", [count, dimensions])
            )
            let steps = try rows("steps", [count])
            for id in 0..<count {
                let range = id * dimensions..<(id + 1) * dimensions
                (nodes[id].firstMoment, nodes[id].secondMoment) = (Array(first[range]), Array(second[range]))
                guard let number = Int(exactly: steps[id]), number >= 0 else {
                    throw CheckpointError(
                        checkpoint.path, "/\(Self.group)/steps holds \(steps[id])")
                }
                nodes[id].steps = number
            }
        }
        self.init(topology, nodes: nodes)
    }

    /// Writes the group.
    package func write(to root: HDF5Group, isFinished: Bool) throws {
        let group = try root.createGroup(Self.group)
        func write(_ name: String, _ value: (Node) -> [Double]) throws {
            let values = nodes.flatMap(value)
            _ = try values.withUnsafeBufferPointer {
                try group.write($0, to: name, shape: [nodes.count, values.count / nodes.count])
            }
        }
        try write("centres") { $0.centre }
        try group.write(nodes.map(\.weight), to: "weights")
        guard !isFinished else { return }
        try write("first_moments") { $0.firstMoment }
        try write("second_moments") { $0.secondMoment }
        try group.write(nodes.map { Double($0.steps) }, to: "steps")
    }
}
