import Collectives
import Layers
import Topology

/// What a cluster tree adds to the loss of a batch, and its gradients.
///
/// With L leaves, N nodes besides the root and B columns of the batch:
///
/// - `L_NC = 1/L Σ over leaves with samples ‖μ - mean of their embeddings‖`, whose gradient moves the centres μ alone;
/// - `L_DC = 1/(N B) Σ over nodes, Σ over their samples |(μ - z)·p|`, p the unit vector between the centres of a node and
///   its sibling, whose gradient moves the embeddings z alone.
///
/// A second view of a sample belongs to the leaf of the first; means and sums are over both views.
package struct ClusterLoss {
    /// Nodes and directions of a leaf, and where its centre is.
    private struct Leaf {
        let centre: [Double]
        var way: [Step] = []
    }

    /// A node on the way to a leaf: `μ·p` and p.
    private struct Step {
        let place: Double
        let direction: [Double]
    }

    private let dimensions: Int
    private let nodes: Int
    private let leaves: [Leaf]

    /// The loss of a tree as it is.
    package init(_ tree: ClusterTree) {
        dimensions = tree.nodes[0].centre.count
        nodes = tree.nodes.count - 1
        let steps = tree.topology.nodes.map { node -> Step? in
            guard let parent = node.parent else { return nil }
            let children = tree.topology.nodes[parent].children.map { tree.nodes[$0].centre }
            let difference = zip(children[0], children[1]).map { $0 - $1 }
            let length = norm(difference)
            // Siblings in one place have no direction between them.
            guard length > 0 else { return nil }
            let direction = difference.map { $0 / length }
            return Step(place: dot(tree.nodes[node.id].centre, direction), direction: direction)
        }
        leaves = tree.leaves.map { leaf in
            Leaf(
                centre: tree.nodes[leaf].centre,
                way: tree.topology.path(to: leaf).dropFirst().compactMap { steps[$0] })
        }
    }

    /// The nearest leaf of each column, as its place among the tree's leaves; the first of equals.
    ///
    /// - Parameter embedding: `[dimensions, stride]`.
    package func nearest<R: BinaryFloatingPoint>(_ embedding: UnsafePointer<R>, _ batch: BatchShape)
        -> [Int32]
    {
        (0..<batch.columns).map { column in
            nearest(to: { Double(embedding[$0 * batch.stride + column]) })
        }
    }

    /// The same of embeddings that lie one behind the other, `[rows, dimensions]`.
    package func nearest(rows: [Double]) -> [Int32] {
        (0..<rows.count / dimensions).map { row in nearest(to: { rows[row * dimensions + $0] }) }
    }

    private func nearest(to value: (Int) -> Double) -> Int32 {
        var (best, least) = (0, Double.infinity)
        for (index, leaf) in leaves.enumerated() {
            var squared = 0.0
            for dimension in 0..<dimensions {
                let difference = leaf.centre[dimension] - value(dimension)
                squared += difference * difference
            }
            if squared < least { (best, least) = (index, squared) }
        }
        return Int32(best)
    }

    /// What a batch gave.
    package struct Result {
        /// `L_NC`, the same on all ranks.
        package let nodeCentres: Double
        /// This rank's part of `L_DC`.
        package let dataCompression: Double
        /// Of `L_NC` by the centres of the leaves, `[leaves][dimensions]`.
        package let centreGradients: [[Double]]
        /// Samples of each leaf in the global batch, each counted once.
        package let counts: [Double]
    }

    /// Loss and gradients of a batch; collective.
    ///
    /// - Parameters:
    ///   - assignments: the leaf of each column.
    ///   - views: of each sample.
    ///   - gradient: `[dimensions, stride]`; that of `L_DC` is added to it.
    package func evaluate<R: BinaryFloatingPoint>(
        _ embedding: UnsafePointer<R>, _ assignments: [Int32], _ batch: BatchShape, views: Int,
        gradient: UnsafeMutablePointer<R>, _ communicator: any Communicator
    ) throws -> Result {
        let share = 1 / (Double(max(1, nodes)) * Double(batch.globalColumns))
        let width = dimensions + 1
        var (sums, compression) = (PartialSums(count: leaves.count * width), PartialSums(count: 1))
        var z = [Double](repeating: 0, count: dimensions)
        for column in 0..<batch.columns {
            let (index, slice) = (Int(assignments[column]), column / batch.sliceColumns)
            for dimension in 0..<dimensions {
                z[dimension] = Double(embedding[dimension * batch.stride + column])
                sums.add(z[dimension], to: index * width + dimension, slice: slice)
            }
            sums.add(1, to: index * width + dimensions, slice: slice)
            for step in leaves[index].way {
                let distance = step.place - dot(z, step.direction)
                compression.add(abs(distance) * share, to: 0, slice: slice)
                guard distance != 0 else { continue }
                let push = distance > 0 ? -share : share
                for dimension in 0..<dimensions {
                    gradient[dimension * batch.stride + column] += R(push * step.direction[dimension])
                }
            }
        }
        var totals = sums.totals
        try communicator.sum(&totals, purpose: "means of leaves")
        var distance = 0.0
        var gradients: [[Double]] = []
        for (index, leaf) in leaves.enumerated() {
            let count = totals[index * width + dimensions]
            let difference = leaf.centre.indices.map {
                count > 0 ? leaf.centre[$0] - totals[index * width + $0] / count : 0
            }
            let length = norm(difference)
            distance += length / Double(leaves.count)
            gradients.append(difference.map { length > 0 ? $0 / (length * Double(leaves.count)) : 0 })
        }
        return Result(
            nodeCentres: distance, dataCompression: compression.totals[0], centreGradients: gradients,
            counts: leaves.indices.map { totals[$0 * width + dimensions] / Double(views) })
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
