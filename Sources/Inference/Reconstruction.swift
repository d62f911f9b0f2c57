import Batches
import Checkpoints
import Datasets
import Kernels
import Layers
import TreeModel

/// What every leaf makes of given samples, from latents without noise, and the probability of each leaf.
public struct Reconstruction: Sendable {
    /// Rows of the data set.
    public let rows: [Int]
    /// What the data set calls them.
    public let ids: [String]
    /// Identifiers of the leaves, breadth first.
    public let leaves: [Int]
    /// Shape of one sample.
    public let shape: [Int]
    /// The samples as the model reads them, `[rows, features]`.
    public let originals: [Float]
    /// Means of the decoders, `[rows, leaves, features]`; counts have the sample's total.
    public let values: [Float]
    /// `[rows, leaves]`.
    public let probabilities: [Float]

    /// Reconstructs rows of a data set with a checkpoint's model.
    public init<R: Scalar>(
        _ checkpoint: CheckpointReader, of dataset: Dataset, rows: [Int], scalar: R.Type
    ) throws {
        let columns = 256
        let model: TreeVAE<R> = try checkpoint.model(columns: columns, isSparse: false)
        let leaves = model.tree.leaves
        let features = model.architecture.features
        let plans = stride(from: 0, to: rows.count, by: columns).map {
            BatchPlan($0..<min($0 + columns, rows.count))
        }
        let pass = SamplePass<R>(dataset, dataset.allSamples, plans: plans, window: columns) {
            Int32(rows[$0])
        }
        let room = Storage<R>(count: columns * features)
        var originals = [Float](repeating: 0, count: rows.count * features)
        var values = [Float](repeating: 0, count: rows.count * leaves.count * features)
        var probabilities = [Float](repeating: 0, count: rows.count * leaves.count)
        let isCounts = model.architecture.likelihood.isOfCounts
        func total(_ row: Int) -> Float { originals[row * features..<(row + 1) * features].reduce(0, +) }
        while let batch = try pass.next(into: model.images) {
            let (start, count) = (batch.places.lowerBound, batch.places.count)
            R.transpose(
                model.images, rows: features, columns: count, stride: batch.shape.stride, into: room.pointer)
            for index in 0..<count * features {
                originals[start * features + index] = Float(room.pointer[index])
            }
            try model.reconstruct(batch.shape)
            for (index, leaf) in leaves.enumerated() {
                let reach = model.topDown.leafReach(leaf)
                try model.topDown.copyMeans(of: leaf, columns: count, into: room.pointer)
                for column in 0..<count {
                    let scale = isCounts ? total(start + column) : 1
                    let place = (start + column) * leaves.count + index
                    probabilities[place] = Float(reach[column])
                    for feature in 0..<features {
                        values[place * features + feature] =
                            scale * Float(room.pointer[column * features + feature])
                    }
                }
            }
        }
        self.rows = rows
        ids = rows.map(dataset.id(of:))
        self.leaves = leaves
        shape = model.architecture.outputShape
        self.originals = originals
        self.values = values
        self.probabilities = probabilities
    }
}
