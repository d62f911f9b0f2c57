import Batches
import Checkpoints
import Collectives
import Datasets
import Inference
import Kernels
import Layers
import TreeModel

/// Points in memory, in double precision.
public final class Points {
    /// Number of points.
    public let count: Int
    /// Coordinates of each.
    public let dimensions: Int
    /// `[count, dimensions]`.
    let values: Storage<Double>

    /// Room for points.
    private init(count: Int, dimensions: Int) {
        self.count = count
        self.dimensions = dimensions
        values = Storage(count: count * dimensions)
    }

    /// These numbers, `[count, dimensions]`.
    public convenience init(_ numbers: [Double], dimensions: Int) {
        self.init(count: numbers.count / dimensions, dimensions: dimensions)
        for (index, number) in numbers.enumerated() { values.pointer[index] = number }
    }

    /// The samples of a data set as models read them: stored values times the scale.
    ///
    /// - Throws: `StoreError` where they cannot be read; ``TrainingError`` for one that is not finite.
    public convenience init(_ dataset: Dataset) throws {
        self.init(count: dataset.count, dimensions: dataset.features - dataset.covariates)
        let images = Storage<Double>(count: dataset.features * Self.batchSize)
        let plans = stride(from: 0, to: count, by: Self.batchSize).map {
            BatchPlan($0..<min($0 + Self.batchSize, count))
        }
        let pass = SamplePass<Double>(dataset, dataset.allSamples, plans: plans, window: 4096)
        while let batch = try pass.next(into: images.pointer) {
            Double.transpose(
                images.pointer, rows: dimensions, columns: batch.shape.columns, stride: batch.shape.stride,
                into: values.pointer + batch.places.lowerBound * dimensions)
        }
        try requireFinite(dataset.name)
    }

    private static var batchSize: Int { 256 }

    /// Which of a node's latents stands for a sample.
    public enum Latent: Sendable, Equatable {
        /// The mean of the posterior, given the mean of the parent's: without noise.
        case mean
        /// One draw, as the authors' code hands it out.
        case sample
    }

    /// The latents that a checkpoint's model has for the samples of a data set; collective.
    ///
    /// - Parameter node: whose latents; of a node that not every sample passes they are those of a sample that does.
    /// - Throws: ``TrainingError`` where there is no such node; `StoreError`, `CheckpointError`.
    public convenience init<R: Scalar>(
        latents latent: Latent, of dataset: Dataset, node: Int, _ checkpoint: CheckpointReader,
        communicator: any Communicator, scalar: R.Type
    ) throws {
        guard checkpoint.header.tree.nodes.indices.contains(node) else {
            throw TrainingError(
                "\(checkpoint.path) has no node \(node), only 0 to \(checkpoint.header.tree.nodes.count - 1)")
        }
        // Every path counts: a sample that skips a node has no latent there.
        let evaluator: Evaluator<R> = try Evaluator(checkpoint, isSparse: false, communicator: communicator)
        let model = evaluator.model
        let size = model.architecture.latentSize(depth: model.tree.nodes[node].depth)
        let share = evaluator.share(of: dataset.count)
        let mine = SampleRows<R>(features: size, count: share.count)
        let noise = NoiseKey(
            seed: checkpoint.header.configuration.seedBits, epoch: 0, stream: .evaluation)
        try evaluator.forEachBatch(of: dataset, selection: dataset.allSamples) { batch in
            try model.assign(batch.shape)
            switch latent {
            case .mean: try model.embed()
            case .sample:
                model.topDown.drawNoise(noise, samples: batch.identities)
                try model.topDown.sample(model.pass)
            }
            let first = batch.places.lowerBound - share.lowerBound
            mine.set(rows: first..<first + batch.shape.columns, from: model.topDown.latent(node))
        }
        self.init(try mine.concatenated(communicator, purpose: "latents").values, dimensions: size)
        try requireFinite("the latents of \(dataset.name)")
    }

    private func requireFinite(_ what: String) throws {
        guard let place = (0..<count * dimensions).first(where: { !values.pointer[$0].isFinite }) else {
            return
        }
        throw TrainingError(
            "\(what), row \(place / dimensions), value \(place % dimensions) is \(values.pointer[place]): distances "
                + "need finite numbers")
    }
}
