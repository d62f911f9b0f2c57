import Batches
import Checkpoints
import ClusterMetrics
import Collectives
import Datasets
import Kernels
import Layers
import TreeModel

/// Runs a model over a data set without training it, divided over the ranks in whole slices.
package struct Evaluator<R: Scalar> {
    package let model: TreeVAE<R>
    package let communicator: any Communicator
    /// Samples of a slice; see `BatchShape`.
    package let sliceColumns: Int
    /// What says which leaf a sample belongs to.
    private let leafRule: LeafRule

    /// Runs a model as it is.
    package init(
        model: TreeVAE<R>, communicator: any Communicator, sliceColumns: Int, leafRule: LeafRule = .routers
    ) {
        self.model = model
        self.communicator = communicator
        self.sliceColumns = sliceColumns
        self.leafRule = leafRule
    }

    /// This rank's part of a selection.
    package func share(of count: Int) -> Range<Int> {
        RankShare(communicator).range(of: count, slicesOf: sliceColumns)
    }

    /// Calls `body` with consecutive batches of this rank's share, loaded into the model.
    ///
    /// - Parameter selection: which samples of the data set.
    package func forEachBatch(
        of dataset: Dataset, selection: SampleSelection, _ body: (Batch) throws -> Void
    ) throws {
        let pass = SamplePass<R>(
            dataset, selection, share: share(of: selection.count), sliceColumns: sliceColumns,
            capacity: model.pass.capacity)
        while let batch = try pass.next(into: model.images) { try body(batch) }
    }

    /// The probabilities of all nodes for the batch that is loaded.
    func assign(_ batch: Batch) throws {
        switch leafRule {
        case .routers: try model.assign(batch.shape)
        case .posterior(let draws, let seed):
            try model.assignByPosterior(
                batch.shape, draws: draws,
                noise: { NoiseKey(seed: seed, epoch: UInt32($0), stream: .evaluation) },
                samples: batch.identities)
        }
    }

    /// Calls `body` with the leaf probabilities of consecutive batches of this rank's share; the model then holds what
    /// it computed of the batch.
    package func forEachLeafProbabilities(
        of dataset: Dataset, _ body: (LeafProbabilities<R>, BatchShape) throws -> Void
    ) throws {
        let leaves = model.tree.leaves
        try forEachBatch(of: dataset, selection: dataset.allSamples) { batch in
            try assign(batch)
            let probabilities = LeafProbabilities<R>(leaves: leaves, samples: batch.places)
            for (index, leaf) in leaves.enumerated() {
                probabilities.set(leaf: index, samples: batch.places, from: model.topDown.leafReach(leaf))
            }
            try body(probabilities, batch.shape)
        }
    }

    /// How this rank's share of a data set falls into the leaves.
    ///
    /// - Parameter thresholds: see ``LeafTally``.
    package func tally(of dataset: Dataset, thresholds: [Double] = []) throws -> LeafTally<R> {
        var tally = LeafTally<R>(dataset, leaves: model.tree.leaves, thresholds: thresholds)
        try forEachLeafProbabilities(of: dataset) { probabilities, _ in tally.add(probabilities) }
        return tally
    }

    /// How a data set falls into the leaves; collective.
    package func clustering(of dataset: Dataset) throws -> Clustering {
        try tally(of: dataset).clustering(communicator)
    }

    /// The samples, of all ranks and in order, with at least probability `threshold` of a leaf; collective.
    package func subset(of dataset: Dataset, leaf: Int, threshold: Double) throws -> SampleSelection {
        var mine: [Int32] = []
        try forEachLeafProbabilities(of: dataset) { probabilities, _ in
            mine += probabilities.members(leaf: leaf, threshold: threshold)
        }
        return SampleSelection(
            try communicator.allGather(mine, purpose: "subset of a leaf").flatMap { $0 })
    }

    /// Parts of the negative ELBO, means over a whole data set with one latent sample each, and the standard error of the
    /// ELBO's mean.
    func lossTerms(of dataset: Dataset, noise: NoiseKey) throws -> (terms: LossTerms, error: Double) {
        var terms = LossTerms()
        var sums = [0.0, 0.0]
        try forEachBatch(of: dataset, selection: dataset.allSamples) { batch in
            terms.add(
                try model.evaluate(batch.shape, noise: noise, samples: batch.identities),
                weight: Double(batch.shape.columns))
            let negative = model.topDown.negativeELBO.pointer
            for column in 0..<batch.shape.columns {
                let value = Double(negative[column])
                sums[0] += value
                sums[1] += value * value
            }
        }
        try communicator.sum(&sums, purpose: "squares of the ELBO")
        let count = Double(dataset.count)
        let variance = max(0, sums[1] - sums[0] * sums[0] / count) / max(1, count - 1)
        return (
            try terms.summed(over: communicator).divided(by: count), (variance / count).squareRoot()
        )
    }

    /// Parts of each leaf in the negative ELBO, by leaf in breadth-first order: sums over a whole data set with one latent
    /// sample each.
    package func leafTerms(of dataset: Dataset, noise: NoiseKey) throws -> [LossTerms] {
        let leaves = model.tree.leaves
        var terms = [LossTerms](repeating: LossTerms(), count: leaves.count)
        try forEachBatch(of: dataset, selection: dataset.allSamples) { batch in
            _ = try model.evaluate(batch.shape, noise: noise, samples: batch.identities)
            for (index, leaf) in leaves.enumerated() {
                terms[index].add(model.topDown.terms(leaf), weight: Double(batch.shape.columns))
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
    package init(
        _ checkpoint: CheckpointReader, isSparse: Bool = true, leafRule: LeafRule = .routers,
        communicator: any Communicator
    ) throws {
        let division = BatchDivision(batchSize: Self.batchSize, share: RankShare(communicator))
        self.init(
            model: try communicator.agree("checkpoint tensors") {
                try checkpoint.model(
                    // Every path counts in a posterior.
                    columns: Self.batchSize, isSparse: isSparse && leafRule == .routers,
                    reducer: MomentSum(communicator: communicator))
            }, communicator: communicator, sliceColumns: division.sliceColumns, leafRule: leafRule)
    }
}

extension LossTerms {
    /// The sum over all ranks.
    package func summed(over communicator: any Communicator) throws -> LossTerms {
        var values = [
            reconstruction, klRoot, klNodes, klDecisions, contrastive, nodeCentres, dataCompression,
        ]
        try communicator.sum(&values, purpose: "loss terms")
        var result = LossTerms()
        (result.reconstruction, result.klRoot, result.klNodes, result.klDecisions, result.contrastive) =
            (values[0], values[1], values[2], values[3], values[4])
        (result.nodeCentres, result.dataCompression) = (values[5], values[6])
        return result
    }
}
