import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Layers
import TreeModel

/// Follows how a growing subtree would divide a data set, without running the frozen tree again where there is memory
/// for what it gives.
final class SubtreeMonitor<R: Scalar> {
    private let subtree: Subtree<R>
    private let evaluator: Evaluator<R>
    private let dataset: Dataset
    /// Leaf of the frozen tree that splits, by index.
    private let parent: Int
    private let rows: Rows?

    /// What the frozen tree gives for this rank's share.
    private struct Rows {
        let upperLevel: SampleRows<R>
        /// Probabilities of the frozen tree's leaves.
        let frozen: LeafProbabilities<R>
    }

    /// Runs the frozen tree once over the data set, if what it gives may be kept.
    init(
        _ subtree: Subtree<R>, evaluator: Evaluator<R>, dataset: Dataset, memory: inout MemoryBudget
    ) throws {
        let model = evaluator.model
        self.subtree = subtree
        self.evaluator = evaluator
        self.dataset = dataset
        let leaves = model.tree.leaves
        parent = leaves.firstIndex(of: subtree.top)!
        let share = evaluator.share(of: dataset.count)
        let level = model.trunk.levels[model.tree.nodes[subtree.top].depth]
        guard memory.take((level.rows + leaves.count) * share.count * MemoryLayout<R>.stride) else {
            rows = nil
            return
        }
        let rows = Rows(
            upperLevel: SampleRows(features: level.rows, count: share.count),
            frozen: LeafProbabilities(leaves: leaves, samples: share))
        try evaluator.forEachLeafProbabilities(of: dataset) { probabilities, _ in
            let range = probabilities.samples
            rows.upperLevel.set(
                rows: range.lowerBound - share.lowerBound..<range.upperBound - share.lowerBound,
                from: level.value)
            for leaf in leaves.indices {
                rows.frozen.set(leaf: leaf, samples: range, from: probabilities.row(leaf).baseAddress!)
            }
        }
        self.rows = rows
    }

    /// The clustering with the subtree as it is now; collective.
    func clustering() throws -> Clustering {
        var tally = LeafTally<R>(dataset, leaves: subtree.tree.leaves)
        if let rows {
            let share = rows.frozen.samples
            let positions = Array(0..<Int32(share.count))
            try positions.withUnsafeBufferPointer { positions in
                for start in stride(from: 0, to: share.count, by: subtree.pass.capacity) {
                    let columns = min(subtree.pass.capacity, share.count - start)
                    rows.upperLevel.load(
                        positions.baseAddress! + start, columns: columns, into: subtree.upperLevel.value)
                    let first = share.lowerBound + start
                    tally.add(try grown(rows.frozen, samples: first..<first + columns))
                }
            }
        } else {
            let level = evaluator.model.trunk.levels[evaluator.model.tree.nodes[subtree.top].depth]
            try evaluator.forEachLeafProbabilities(of: dataset) { frozen, batch in
                subtree.upperLevel.value.update(from: level.value, count: level.rows * batch.stride)
                tally.add(try grown(frozen, samples: frozen.samples))
            }
        }
        return try tally.clustering(evaluator.communicator)
    }

    /// Probabilities under the grown tree, of samples whose level the subtree has.
    ///
    /// - Parameter frozen: probabilities under the frozen tree, of these samples and maybe more.
    private func grown(_ frozen: LeafProbabilities<R>, samples: Range<Int>) throws -> LeafProbabilities<R> {
        try subtree.assign(BatchShape(columns: samples.count, globalColumns: samples.count))
        let result = LeafProbabilities<R>(leaves: subtree.tree.leaves, samples: samples)
        let start = samples.lowerBound - frozen.samples.lowerBound
        for (index, leaf) in result.leaves.enumerated() {
            if let source = frozen.leaves.firstIndex(of: leaf) {
                result.set(leaf: index, samples: samples, from: frozen.row(source).baseAddress! + start)
            } else {
                R.multiply(
                    frozen.row(parent).baseAddress! + start, subtree.topDown.leafReach(leaf),
                    into: result.row(index).baseAddress!, count: samples.count)
            }
        }
        return result
    }
}
