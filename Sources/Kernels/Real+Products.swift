import CKernels

extension Real {
    /// `out[o, column] = bias[o] + Σ i of weights[o * outputStep + i * inputStep] * x[i, column]`; if `adds`, the sum is
    /// added to what `out` holds, without a bias.
    ///
    /// A column's result does not depend on the columns beside it.
    public static func multiplyColumns(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, stride: Int, adds: Bool,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_columns(
            type, weights, outputStep, inputStep, bias, x, inputs, outputs, stride, adds, out)
    }

    /// `out[o, i] = Σ over the full stride of dy[o, column] * x[i, column]`, in four partial sums.
    ///
    /// `scratch` holds `paddedStride(inputs) * stride` values.
    public static func multiplyBatches(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int, scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_batches(type, dy, x, outputs, inputs, sliceColumns, stride, scratch, out)
    }
}
