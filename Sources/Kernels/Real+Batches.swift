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
}
