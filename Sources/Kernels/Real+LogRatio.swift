// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func rootLogRatio(
        raw: UnsafePointer<Self>, noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int,
        stride: Int, epsilon: Self, into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_root_log_ratio_float(raw, noise, z, dimensions, stride, epsilon, ratio)
    }

    public static func logRatio(
        raw: UnsafePointer<Self>, priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>,
        noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int, stride: Int, epsilon: Self,
        into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_log_ratio_float(raw, priorMu, priorRaw, noise, z, dimensions, stride, epsilon, ratio)
    }
}

extension Double {
    public static func rootLogRatio(
        raw: UnsafePointer<Self>, noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int,
        stride: Int, epsilon: Self, into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_root_log_ratio_double(raw, noise, z, dimensions, stride, epsilon, ratio)
    }

    public static func logRatio(
        raw: UnsafePointer<Self>, priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>,
        noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int, stride: Int, epsilon: Self,
        into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_log_ratio_double(raw, priorMu, priorRaw, noise, z, dimensions, stride, epsilon, ratio)
    }
}
