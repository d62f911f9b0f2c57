import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Inference
import Kernels
import Layers
import Topology

/// An autoencoder and the tree of centres in its embedding.
package final class DeepECTModel<R: Scalar> {
    package let settings: Configuration.DeepECT
    package let autoencoder: Autoencoder<R>
    package internal(set) var tree: ClusterTree
    package let communicator: any Communicator
    private let division: BatchDivision

    /// A model whose autoencoder has no values yet, and whose tree is a root alone.
    package init(
        _ configuration: Configuration, features: Int, training: Bool, communicator: any Communicator
    ) {
        settings = configuration.deepect
        self.communicator = communicator
        division = BatchDivision(
            batchSize: configuration.training.batchSize, share: RankShare(communicator))
        autoencoder = Autoencoder(
            settings, features: features, columns: division.columns, training: training,
            reducer: MomentSum(communicator: communicator))
        tree = ClusterTree(root: Array(repeating: 0, count: settings.embedding))
    }

    /// The model of a checkpoint.
    ///
    /// - Throws: ``CheckpointError`` where it holds another kind of model, or where something is missing.
    package convenience init(
        _ checkpoint: CheckpointReader, training: Bool = false, communicator: any Communicator
    ) throws {
        let configuration = checkpoint.header.configuration
        guard configuration.model.kind == .deepect else {
            throw CheckpointError(
                checkpoint.path, "model.kind is \(configuration.model.kind.rawValue), not deepect")
        }
        self.init(
            configuration, features: checkpoint.header.inputShape.reduce(1, *), training: training,
            communicator: communicator)
        try checkpoint.restore(autoencoder.arena)
        tree = try ClusterTree(checkpoint, dimensions: settings.embedding)
    }

    /// Calls `body` with consecutive batches of this rank's share, loaded into the autoencoder.
    private func forEachBatch(of dataset: Dataset, _ body: (Batch) throws -> Void) throws {
        let pass = SamplePass<R>(
            dataset, dataset.allSamples, share: share(of: dataset.count), sliceColumns: division.sliceColumns,
            capacity: autoencoder.pass.capacity)
        while let batch = try pass.next(into: autoencoder.images.value) { try body(batch) }
    }

    private func share(of count: Int) -> Range<Int> {
        RankShare(communicator).range(of: count, slicesOf: division.sliceColumns)
    }

    /// The embeddings of a whole data set, `[samples, dimensions]`, on every rank; collective.
    package func embeddings(of dataset: Dataset) throws -> [Double] {
        let share = share(of: dataset.count)
        let rows = SampleRows<R>(features: settings.embedding, count: share.count)
        try forEachBatch(of: dataset) { batch in
            autoencoder.encode(batch.shape)
            let first = batch.places.lowerBound - share.lowerBound
            rows.set(rows: first..<first + batch.shape.columns, from: autoencoder.embedding.value)
        }
        return try rows.concatenated(communicator, purpose: "embeddings").values
    }

    /// The leaf of every sample of this rank's share, in order, as its place among the tree's leaves.
    private func forEachAssignment(of dataset: Dataset, _ body: ([Int32], Batch) throws -> Void) throws {
        let loss = ClusterLoss(tree)
        try forEachBatch(of: dataset) { batch in
            autoencoder.encode(batch.shape)
            try body(loss.nearest(autoencoder.embedding.value, batch.shape), batch)
        }
    }

    /// The leaf of every sample, as its place among the tree's leaves, on every rank; collective.
    package func assignments(of dataset: Dataset) throws -> [Int32] {
        var mine: [Int32] = []
        try forEachAssignment(of: dataset) { leaves, _ in mine += leaves }
        return try communicator.allGather(mine, purpose: "leaves of samples").flatMap { $0 }
    }

    /// How a data set falls into the leaves; collective.
    package func clustering(of dataset: Dataset) throws -> Clustering {
        var tally = LeafTally<R>(dataset, leaves: tree.leaves)
        try forEachAssignment(of: dataset) { tally.add($0, samples: $1.places) }
        return try tally.clustering(communicator)
    }

    /// The mean squared error of the values of a data set; collective.
    package func reconstructionLoss(of dataset: Dataset) throws -> Double {
        var sum = [0.0]
        try forEachBatch(of: dataset) { batch in
            autoencoder.encode(batch.shape)
            sum[0] += autoencoder.reconstruct() * Double(batch.shape.columns)
        }
        try communicator.sum(&sum, purpose: "reconstruction loss")
        return sum[0] / Double(max(1, dataset.count))
    }

    /// Embeds a data set and splits a leaf (``ClusterTree/grow(points:restarts:key:)``); collective.
    package func grow(on dataset: Dataset, key: UInt64) throws {
        tree.grow(points: try embeddings(of: dataset), restarts: settings.restarts, key: key)
    }
}
