import ClusterMetrics
import Collectives
import Datasets
import Kernels
import Layers
import TreeModel

/// Runs a model over a data set without training it, divided over the ranks.
struct Evaluator<R: Scalar> {
    let model: TreeVAE<R>
    let communicator: any Communicator

    /// Calls `body` with consecutive batches of this rank's share, loaded into the model.
    ///
    /// - Parameters:
    ///   - selection: rows of the data set.
    ///   - body: gets the positions in `selection` and the identities of the batch's samples.
    func forEachBatch(
        of dataset: Dataset, selection: [Int32], _ body: (Range<Int>, UnsafePointer<Int32>) throws -> Void
    ) throws {
        let loader = SampleLoader<R>(dataset: dataset)
        let share = RankShare(communicator).range(of: selection.count)
        try selection.withUnsafeBufferPointer { samples in
            for start in stride(from: share.lowerBound, to: share.upperBound, by: model.pass.capacity) {
                let range = start..<min(start + model.pass.capacity, share.upperBound)
                loader.load(samples.baseAddress! + start, columns: range.count, into: model.images)
                try body(range, samples.baseAddress! + start)
            }
        }
    }

    /// Leaf probabilities of this rank's share of a data set.
    func leafProbabilities(of dataset: Dataset) throws -> LeafProbabilities<R> {
        let selection = dataset.allSamples
        let result = LeafProbabilities<R>(
            leaves: model.tree.leaves, samples: RankShare(communicator).range(of: selection.count),
            total: selection.count)
        try forEachBatch(of: dataset, selection: selection) { range, _ in
            try model.assign(BatchShape(columns: range.count, globalColumns: range.count))
            for leaf in result.leaves.indices {
                result.set(leaf: leaf, samples: range, from: model.topDown.leafReach(result.leaves[leaf]))
            }
        }
        return result
    }

    /// Parts of the negative ELBO, means over a whole data set with one latent sample each.
    func lossTerms(of dataset: Dataset, noise: NoiseKey) throws -> LossTerms {
        let selection = dataset.allSamples
        var terms = LossTerms()
        try forEachBatch(of: dataset, selection: selection) { range, samples in
            let batch = BatchShape(columns: range.count, globalColumns: range.count)
            terms.add(try model.evaluate(batch, noise: noise, samples: samples), weight: Double(range.count))
        }
        return try terms.summed(over: communicator).divided(by: Double(selection.count))
    }
}

extension Dataset {
    /// Every row.
    var allSamples: [Int32] { Array(0..<Int32(count)) }
}

extension LossTerms {
    /// The sum over all ranks.
    func summed(over communicator: any Communicator) throws -> LossTerms {
        var values = [reconstruction, klRoot, klNodes, klDecisions]
        try communicator.sum(&values, purpose: "loss terms")
        var result = LossTerms()
        (result.reconstruction, result.klRoot, result.klNodes, result.klDecisions) =
            (values[0], values[1], values[2], values[3])
        return result
    }
}
