import Topology
import Training

/// A binary tree of centres in a space of embeddings (Mautz, Plant and Böhm 2019).
///
/// A sample belongs to the leaf whose centre is nearest, and to all nodes above it. Centres of leaves are learned, those of
/// the others follow from their children's.
package struct ClusterTree: Equatable, Sendable {
    /// What a node has beside its place in the tree.
    package struct Node: Equatable, Sendable {
        /// `[dimensions]`.
        package var centre: [Double]
        /// Running number of samples in a batch: half of the last one and half of what it was.
        package var weight: Double
        /// Adam's moments of a leaf's centre, `[dimensions]`.
        package var firstMoment: [Double]
        package var secondMoment: [Double]
        /// Steps that it has learned in.
        package var steps: Int

        /// A new node.
        package init(centre: [Double]) {
            self.centre = centre
            weight = 1
            firstMoment = centre.map { _ in 0 }
            secondMoment = firstMoment
            steps = 0
        }
    }

    /// The topology.
    package private(set) var topology: Tree
    /// In the order of its nodes.
    package private(set) var nodes: [Node]

    /// A root alone.
    package init(root centre: [Double]) {
        topology = .root
        nodes = [Node(centre: centre)]
    }

    /// A tree as it was.
    package init(_ topology: Tree, nodes: [Node]) {
        precondition(topology.nodes.count == nodes.count, "a state for each node")
        self.topology = topology
        self.nodes = nodes
    }

    /// Identifiers of the leaves, breadth first.
    package var leaves: [Int] { topology.leaves }

    /// Gives a leaf two children.
    package mutating func split(_ leaf: Int, at left: [Double], _ right: [Double]) {
        _ = topology.split(leaf)
        nodes += [Node(centre: left), Node(centre: right)]
        settleCentres()
    }

    /// Moves the centres of the leaves along their gradients.
    ///
    /// - Parameter gradients: of each leaf, in the order of ``leaves``.
    package mutating func step(_ gradients: [[Double]], _ adam: Adam, learningRate: Double) {
        for (leaf, gradient) in zip(leaves, gradients) {
            var node = nodes[leaf]
            node.centre.withUnsafeMutableBufferPointer { centre in
                node.firstMoment.withUnsafeMutableBufferPointer { first in
                    node.secondMoment.withUnsafeMutableBufferPointer { second in
                        gradient.withUnsafeBufferPointer { gradient in
                            adam.update(
                                parameters: centre.baseAddress!, gradients: gradient.baseAddress!,
                                firstMoment: first.baseAddress!, secondMoment: second.baseAddress!,
                                count: centre.count, iteration: node.steps, learningRate: learningRate)
                        }
                    }
                }
            }
            node.steps += 1
            nodes[leaf] = node
        }
        settleCentres()
    }

    /// Follows how many samples of a batch each leaf had, in the order of ``leaves``.
    package mutating func follow(_ counts: [Double]) {
        var inAll = [Double](repeating: 0, count: nodes.count)
        for (leaf, count) in zip(leaves, counts) { inAll[leaf] = count }
        for node in topology.nodes.reversed() where node.isSplit {
            inAll[node.id] = node.children.reduce(0) { $0 + inAll[$1] }
        }
        for id in nodes.indices.dropFirst() { nodes[id].weight = 0.5 * nodes[id].weight + 0.5 * inAll[id] }
        settleCentres()
    }

    /// Removes nodes of a smaller weight, each with all below it; its sibling takes the place of their parent.
    ///
    /// - Returns: whether there were any.
    package mutating func prune(below weight: Double) -> Bool {
        var hasPruned = false
        while let node = topology.breadthFirst.dropFirst().first(where: { nodes[$0].weight < weight }) {
            remove(node)
            hasPruned = true
        }
        if hasPruned { settleCentres() }
        return hasPruned
    }

    private mutating func remove(_ node: Int) {
        guard let parent = topology.nodes[node].parent,
            let sibling = topology.nodes[parent].children.first(where: { $0 != node })
        else { preconditionFailure("the root stays") }
        let kept = topology.nodes.filter { $0.id != parent && !topology.path(to: $0.id).contains(node) }
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.id, $0) })
        func place(_ id: Int?) -> Int { id.flatMap { places[$0 == parent ? sibling : $0] } ?? -1 }
        guard
            let smaller = Tree(
                parent: kept.map {
                    place($0.id == sibling ? topology.nodes[parent].parent : $0.parent)
                }, left: kept.map { place($0.left) }, right: kept.map { place($0.right) })
        else { preconditionFailure("a tree without a node is a tree") }
        nodes = kept.map { nodes[$0.id] }
        topology = smaller
    }

    /// Centres of inner nodes: the means of their children's, weighted.
    private mutating func settleCentres() {
        for node in topology.nodes.reversed() where node.isSplit {
            let (left, right) = (nodes[node.children[0]], nodes[node.children[1]])
            let weight = left.weight + right.weight
            guard weight > 0 else { continue }
            nodes[node.id].centre = zip(left.centre, right.centre).map {
                (left.weight * $0 + right.weight * $1) / weight
            }
        }
    }
}
