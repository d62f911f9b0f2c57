/// What computes the products of wide linear layers; those of narrow ones, and those that read samples, are always our own.
public enum ProductKernels: Sendable {
    /// Kernels of our own.
    case own
    /// The CBLAS that the program finds.
    case blas
    /// Kernels of our own, of bfloat16 with sums in single precision.
    case mixed

    /// Whether a layer is wide enough for the choice to count.
    public static func areWide(inputs: Int, outputs: Int) -> Bool { min(inputs, outputs) >= 64 }

    /// `Real.multiplyColumns` by these kernels, for a matrix whose inputs or whose outputs lie together.
    ///
    /// `scratch` holds ``scratch(inputs:outputs:stride:of:)`` values.
    public func multiplyColumns<R: Real>(
        weights: UnsafePointer<R>, outputStep: Int, inputStep: Int, bias: UnsafePointer<R>?,
        x: UnsafePointer<R>, inputs: Int, outputs: Int, sliceColumns: Int, stride: Int, adds: Bool,
        scratch: UnsafeMutablePointer<R>, into out: UnsafeMutablePointer<R>
    ) {
        switch self {
        case .own:
            R.multiplyColumns(
                weights: weights, outputStep: outputStep, inputStep: inputStep, bias: bias, x: x,
                inputs: inputs, outputs: outputs, stride: stride, adds: adds, into: out)
        case .blas:
            R.multiplyColumnsByBLAS(
                weights: weights, outputStep: outputStep, inputStep: inputStep, bias: bias, x: x,
                inputs: inputs, outputs: outputs, sliceColumns: sliceColumns, stride: stride, adds: adds,
                into: out)
        case .mixed:
            R.multiplyMixedColumns(
                weights: weights, outputStep: outputStep, inputStep: inputStep, bias: bias, x: x,
                inputs: inputs, outputs: outputs, stride: stride, adds: adds, scratch: scratch, into: out)
        }
    }

    /// `Real.multiplyBatches` by these kernels.
    ///
    /// `scratch` holds ``scratch(inputs:outputs:stride:of:)`` values.
    public func multiplyBatches<R: Real>(
        dy: UnsafePointer<R>, x: UnsafePointer<R>, inputs: Int, outputs: Int, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<R>, into out: UnsafeMutablePointer<R>
    ) {
        switch self {
        case .own:
            R.multiplyBatches(
                dy: dy, x: x, inputs: inputs, outputs: outputs, sliceColumns: sliceColumns, stride: stride,
                scratch: scratch, into: out)
        case .blas:
            R.multiplyBatchesByBLAS(
                dy: dy, x: x, inputs: inputs, outputs: outputs, sliceColumns: sliceColumns, stride: stride,
                scratch: scratch, into: out)
        case .mixed:
            R.multiplyMixedBatches(
                dy: dy, x: x, inputs: inputs, outputs: outputs, sliceColumns: sliceColumns, stride: stride,
                scratch: scratch, into: out)
        }
    }

    /// Values of working memory that the products of a matrix take.
    public func scratch<R: Real>(inputs: Int, outputs: Int, stride: Int, of: R.Type) -> Int {
        switch self {
        case .own: paddedStride(inputs) * stride
        case .blas: R.blasScratch(inputs: inputs, outputs: outputs)
        case .mixed:
            max(R.mixedScratch, R.mixedScratch(inputs: inputs, outputs: outputs, stride: stride))
        }
    }
}
