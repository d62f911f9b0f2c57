import ClusterMetrics
import Collectives
import Datasets
import Kernels
import Layers
import TreeModel

/// Runs a model over a data set without training it, divided over the ranks in whole slices.
struct Evaluator<R: Scalar> {
    let model: TreeVAE<R>
    let communicator: any Communicator
    /// Samples of a slice; see `BatchShape`.
    let sliceColumns: Int

    /// This rank's part of a selection.
    func share(of count: Int) -> Range<Int> {
        RankShare(communicator).range(of: count, slicesOf: sliceColumns)
    }

    /// Calls `body` with consecutive batches of this rank's share, loaded into the model.
    ///
    /// - Parameters:
    ///   - selection: rows of the data set.
    ///   - body: gets the positions in `selection`, the batch's shape and the identities of its samples.
    func forEachBatch(
        of dataset: Dataset, selection: [Int32],
        _ body: (Range<Int>, BatchShape, UnsafePointer<Int32>) throws -> Void
    ) throws {
        let loader = SampleLoader<R>(dataset: dataset)
        let share = share(of: selection.count)
        let columns = max(sliceColumns, model.pass.capacity / sliceColumns * sliceColumns)
        try selection.withUnsafeBufferPointer { samples in
            for start in stride(from: share.lowerBound, to: share.upperBound, by: columns) {
                let range = start..<min(start + columns, share.upperBound)
                let batch = BatchShape(
                    columns: range.count, globalColumns: range.count, sliceColumns: sliceColumns)
                loader.load(samples.baseAddress! + start, columns: range.count, into: model.images)
                try body(range, batch, samples.baseAddress! + start)
            }
        }
    }

    /// Leaf probabilities of this rank's share of a data set.
    func leafProbabilities(of dataset: Dataset) throws -> LeafProbabilities<R> {
        let selection = dataset.allSamples
        let result = LeafProbabilities<R>(
            leaves: model.tree.leaves, samples: share(of: selection.count),
            total: selection.count)
        try forEachBatch(of: dataset, selection: selection) { range, batch, _ in
            try model.assign(batch)
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
        try forEachBatch(of: dataset, selection: selection) { range, batch, samples in
            terms.add(try model.evaluate(batch, noise: noise, samples: samples), weight: Double(range.count))
        }
        return try terms.summed(over: communicator).divided(by: Double(selection.count))
    }

    /// Parts of each leaf in the negative ELBO, by leaf in breadth-first order: sums over a whole data set with one latent
    /// sample each.
    func leafTerms(of dataset: Dataset, noise: NoiseKey) throws -> [LossTerms] {
        let leaves = model.tree.leaves
        var terms = [LossTerms](repeating: LossTerms(), count: leaves.count)
        try forEachBatch(of: dataset, selection: dataset.allSamples) { range, batch, samples in
            _ = try model.evaluate(batch, noise: noise, samples: samples)
            for (index, leaf) in leaves.enumerated() {
                terms[index].add(model.topDown.terms(leaf), weight: Double(range.count))
            }
        }
        return try terms.map { try $0.summed(over: communicator) }
    }
}

extension Evaluator {
    /// Samples of a batch outside of training.
    private static var batchSize: Int { 256 }

    /// Runs a checkpoint's model; collective.
    ///
    /// - Parameter isSparse: whether samples may skip nodes as they did in training.
    init(_ checkpoint: CheckpointReader, isSparse: Bool = true, communicator: any Communicator) throws {
        let division = BatchDivision(batchSize: Self.batchSize, share: RankShare(communicator))
        self.init(
            model: try communicator.agree("checkpoint tensors") {
                try checkpoint.model(
                    columns: Self.batchSize, isSparse: isSparse,
                    reducer: MomentSum(communicator: communicator))
            }, communicator: communicator, sliceColumns: division.sliceColumns)
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
