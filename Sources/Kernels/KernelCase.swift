/// A kernel at one shape: `bench kernels` times it in single precision, and a test compares what both precisions give.
struct KernelCase<R: Real> {
    /// The kernel and its shape.
    let name: String
    let unit: KernelTiming.Unit
    /// Operations, bytes or elements of one call, whatever ``unit`` counts.
    let work: Double
    /// What the last call wrote.
    let result: () -> [Double]
    let call: () -> Void

    /// Every case, at the shapes that a step of the MNIST model (cnn1) gives them with `batch` samples, and convolutions of
    /// many channels at those of other families.
    static func all(batch: Int) -> [KernelCase] {
        productCases(batch: batch) + convolutionCases(batch: batch) + filteringCases(batch: batch)
            + normalisationCases(batch: batch) + elementCases(batch: batch)
    }

    /// Storage of varied values in [-½, ½), the same on every run and, but for rounding, in both precisions.
    static func values(_ count: Int) -> Storage<R> {
        let storage = Storage<R>(count: count)
        R.uniforms(
            key: 1, tensor: 0, generation: 0, stream: 0, low: -0.5, high: 0.5, into: storage.pointer,
            count: count)
        return storage
    }
}
