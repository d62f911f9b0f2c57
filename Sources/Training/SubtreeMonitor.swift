import Collectives
import Datasets
import Kernels
import Layers
import TreeModel

/// Follows how a growing subtree would divide a data set, without running the frozen tree again.
final class SubtreeMonitor<R: Scalar> {
    private let subtree: Subtree<R>
    private let dataset: Dataset
    private let communicator: any Communicator
    private let upperLevel: SampleRows<R>
    /// Probability of the leaf that splits, by sample of this rank.
    private let parentReach: [R]
    /// Probabilities under the grown tree; the two new leaves' rows are renewed.
    private let probabilities: LeafProbabilities<R>

    /// Runs the frozen tree once over the data set.
    init(_ subtree: Subtree<R>, evaluator: Evaluator<R>, dataset: Dataset) throws {
        let model = evaluator.model
        self.subtree = subtree
        self.dataset = dataset
        communicator = evaluator.communicator
        let share = evaluator.share(of: dataset.count)
        let level = model.trunk.levels[model.tree.nodes[subtree.top].depth]
        let rows = SampleRows<R>(features: level.rows, count: share.count)
        let frozen = LeafProbabilities<R>(leaves: model.tree.leaves, samples: share, total: dataset.count)
        try evaluator.forEachBatch(of: dataset, selection: dataset.allSamples) { range, batch, _ in
            try model.assign(batch)
            rows.set(
                rows: range.lowerBound - share.lowerBound..<range.upperBound - share.lowerBound,
                from: level.value)
            for leaf in frozen.leaves.indices {
                frozen.set(leaf: leaf, samples: range, from: model.topDown.leafReach(frozen.leaves[leaf]))
            }
        }
        upperLevel = rows
        parentReach = Array(frozen.row(frozen.leaves.firstIndex(of: subtree.top)!))
        probabilities = LeafProbabilities(leaves: subtree.tree.leaves, samples: share, total: dataset.count)
        for (index, leaf) in probabilities.leaves.enumerated() {
            guard let source = frozen.leaves.firstIndex(of: leaf) else { continue }
            probabilities.set(leaf: index, samples: share, from: frozen.row(source).baseAddress!)
        }
    }

    /// The clustering with the subtree as it is now.
    func clustering() throws -> Clustering {
        let share = probabilities.samples
        let positions = Array(0..<Int32(share.count))
        try positions.withUnsafeBufferPointer { positions in
            for start in stride(from: 0, to: share.count, by: subtree.pass.capacity) {
                let columns = min(subtree.pass.capacity, share.count - start)
                upperLevel.load(
                    positions.baseAddress! + start, columns: columns, into: subtree.upperLevel.value)
                try subtree.assign(BatchShape(columns: columns, globalColumns: columns))
                for leaf in subtree.topDown.leaves {
                    let row = probabilities.row(probabilities.leaves.firstIndex(of: leaf)!)
                    parentReach.withUnsafeBufferPointer {
                        R.multiply(
                            $0.baseAddress! + start, subtree.topDown.leafReach(leaf),
                            into: row.baseAddress! + start,
                            count: columns)
                    }
                }
            }
        }
        return try Clustering(probabilities, of: dataset, communicator)
    }
}
