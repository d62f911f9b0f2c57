// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func normals(
        key: UInt64, samples: UnsafePointer<Int32>, columns: Int, node: UInt32, epoch: UInt32, stream: UInt32,
        dimensions: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_normals_float(key, samples, columns, node, epoch, stream, dimensions, stride, out)
    }

    public static func uniforms(
        key: UInt64, tensor: UInt32, generation: UInt32, stream: UInt32, low: Self, high: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_uniforms_float(key, tensor, generation, stream, low, high, out, count)
    }
}

extension Double {
    public static func normals(
        key: UInt64, samples: UnsafePointer<Int32>, columns: Int, node: UInt32, epoch: UInt32, stream: UInt32,
        dimensions: Int, stride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_normals_double(key, samples, columns, node, epoch, stream, dimensions, stride, out)
    }

    public static func uniforms(
        key: UInt64, tensor: UInt32, generation: UInt32, stream: UInt32, low: Self, high: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_uniforms_double(key, tensor, generation, stream, low, high, out, count)
    }
}
