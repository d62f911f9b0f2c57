// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func gather(
        bytes source: UnsafePointer<UInt8>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_bytes_float(source, features, indices, columns, stride, scale, out)
    }

    public static func gather(
        floats source: UnsafePointer<Float>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_floats_float(source, features, indices, columns, stride, scale, out)
    }

    public static func gather(
        values source: UnsafePointer<Self>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_values_float(source, features, indices, columns, stride, scale, out)
    }

    public static func transpose(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_transpose_float(x, rows, columns, stride, out)
    }
}

extension Double {
    public static func gather(
        bytes source: UnsafePointer<UInt8>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_bytes_double(source, features, indices, columns, stride, scale, out)
    }

    public static func gather(
        floats source: UnsafePointer<Float>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_floats_double(source, features, indices, columns, stride, scale, out)
    }

    public static func gather(
        values source: UnsafePointer<Self>, features: Int, indices: UnsafePointer<Int32>, columns: Int,
        stride: Int, scale: Self, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_values_double(source, features, indices, columns, stride, scale, out)
    }

    public static func transpose(
        _ x: UnsafePointer<Self>, rows: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_transpose_double(x, rows, columns, stride, out)
    }
}
