import Kernels

/// What a sample counts in each kind of term, `[stride]`: means over the global batch, nothing for padding.
struct SampleWeights<R: Real> {
    /// In KLs, at weight 1.
    let divergence: Storage<R>
    /// In KLs, at their present weight.
    let annealed: Storage<R>
    /// In the reconstruction.
    let reconstruction: Storage<R>

    /// Room for the weights of `columns` samples.
    init(columns: Int) {
        divergence = Storage(count: columns)
        annealed = Storage(count: columns)
        reconstruction = Storage(count: columns)
    }

    /// Copies the weights of the samples selected.
    func gather(_ whole: SampleWeights, _ selection: Selection<R>) {
        selection.gather(whole.divergence.pointer, rows: 1, into: divergence.pointer)
        selection.gather(whole.annealed.pointer, rows: 1, into: annealed.pointer)
        selection.gather(whole.reconstruction.pointer, rows: 1, into: reconstruction.pointer)
    }
}
