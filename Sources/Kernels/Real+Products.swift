// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func multiplyColumns(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, stride: Int, adds: Bool,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_columns_float(
            weights, outputStep, inputStep, bias, x, inputs, outputs, stride, adds ? 1 : 0, out)
    }

    public static func multiplyBatches(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_batches_float(dy, x, outputs, inputs, sliceColumns, stride, scratch, out)
    }
}

extension Double {
    public static func multiplyColumns(
        weights: UnsafePointer<Self>, outputStep: Int, inputStep: Int, bias: UnsafePointer<Self>?,
        x: UnsafePointer<Self>, inputs: Int, outputs: Int, stride: Int, adds: Bool,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_columns_double(
            weights, outputStep, inputStep, bias, x, inputs, outputs, stride, adds ? 1 : 0, out)
    }

    public static func multiplyBatches(
        dy: UnsafePointer<Self>, x: UnsafePointer<Self>, inputs: Int, outputs: Int, sliceColumns: Int,
        stride: Int,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_multiply_batches_double(dy, x, outputs, inputs, sliceColumns, stride, scratch, out)
    }
}
