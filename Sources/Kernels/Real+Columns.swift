// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func gatherColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_columns_float(x, rows, stride, places, columns, outStride, out)
    }

    public static func addColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, to out: UnsafeMutablePointer<Self>
    ) {
        kernels_add_columns_float(x, rows, stride, places, columns, outStride, out)
    }
}

extension Double {
    public static func gatherColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_gather_columns_double(x, rows, stride, places, columns, outStride, out)
    }

    public static func addColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, places: UnsafePointer<Int32>, columns: Int,
        outStride: Int, to out: UnsafeMutablePointer<Self>
    ) {
        kernels_add_columns_double(x, rows, stride, places, columns, outStride, out)
    }
}
