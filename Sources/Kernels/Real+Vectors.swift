// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func add(_ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int) {
        kernels_add_float(x, y, count)
    }

    public static func multiply(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply_float(a, b, out, count)
    }

    public static func multiplyAdd(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply_add_float(a, b, out, count)
    }

    public static func scale(_ x: UnsafeMutablePointer<Self>, by factor: Self, count: Int) {
        kernels_scale_float(x, factor, count)
    }

    public static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double {
        kernels_sum_float(x, count)
    }

    public static func dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, count: Int) -> Double {
        kernels_dot_float(a, b, count)
    }

    public static func rowSums(
        _ gradient: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int, stride: Int,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_row_sums_float(gradient, channels, pixels, sliceColumns, stride, out)
    }
}

extension Double {
    public static func add(_ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, count: Int) {
        kernels_add_double(x, y, count)
    }

    public static func multiply(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply_double(a, b, out, count)
    }

    public static func multiplyAdd(
        _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_multiply_add_double(a, b, out, count)
    }

    public static func scale(_ x: UnsafeMutablePointer<Self>, by factor: Self, count: Int) {
        kernels_scale_double(x, factor, count)
    }

    public static func sum(_ x: UnsafePointer<Self>, count: Int) -> Double {
        kernels_sum_double(x, count)
    }

    public static func dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, count: Int) -> Double {
        kernels_dot_double(a, b, count)
    }

    public static func rowSums(
        _ gradient: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int, stride: Int,
        into out: UnsafeMutablePointer<Self>
    ) {
        kernels_row_sums_double(gradient, channels, pixels, sliceColumns, stride, out)
    }
}
