import Kernels
import Layers

/// What a sample counts in each kind of term, `[stride]`: means over the global batch, nothing for padding.
struct SampleWeights<R: Real> {
    /// In KLs, at weight 1.
    let divergence: Storage<R>
    /// In KLs, at their present weight.
    let annealed: Storage<R>
    /// In the reconstruction.
    let reconstruction: Storage<R>

    /// Weights of up to `columns` samples.
    init(columns: Int) {
        divergence = Storage(count: columns)
        annealed = Storage(count: columns)
        reconstruction = Storage(count: columns)
    }

    /// The weights of a batch.
    ///
    /// - Parameter topReach: probability of reaching the top node, `[stride]`.
    func set(_ batch: BatchShape, topReach: UnsafePointer<R>, rules: ObjectiveRules) {
        let mean = R(1 / Double(max(1, batch.globalColumns)))
        divergence.zero()
        divergence.pointer.update(from: topReach, count: batch.columns)
        R.scale(divergence.pointer, by: mean, count: batch.columns)
        if rules.weightsReconstruction {
            reconstruction.pointer.update(from: divergence.pointer, count: batch.stride)
        } else {
            reconstruction.zero()
            reconstruction.pointer.update(repeating: mean, count: batch.columns)
        }
    }

    /// Sets the present weight of the KLs.
    func anneal(_ alpha: Double, _ batch: BatchShape) {
        annealed.pointer.update(from: divergence.pointer, count: batch.stride)
        R.scale(annealed.pointer, by: R(alpha), count: batch.stride)
    }

    /// Copies the weights of a node's samples.
    func gather(_ whole: SampleWeights, _ columns: ColumnMap<R>) {
        columns.gather(whole.divergence.pointer, rows: 1, into: divergence.pointer)
        columns.gather(whole.annealed.pointer, rows: 1, into: annealed.pointer)
        columns.gather(whole.reconstruction.pointer, rows: 1, into: reconstruction.pointer)
    }
}
