// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func unitColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, least: Self, into unit: UnsafeMutablePointer<Self>,
        inverseNorm: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns_float(x, rows, stride, least, unit, inverseNorm)
    }

    public static func unitColumnsGradient(
        unit: UnsafePointer<Self>, inverseNorm: UnsafePointer<Self>, rows: Int, stride: Int, least: Self,
        scratch: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns_gradient_float(unit, inverseNorm, rows, stride, least, scratch, gradient)
    }

    public static func placeColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, columns: Int, first: Int, outStride: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        kernels_place_columns_float(x, rows, stride, columns, first, outStride, out)
    }

    public static func narrow(
        _ x: UnsafePointer<Double>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_narrow_float(x, out, count)
    }

    public static func logDenominators(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_log_denominators_float(similarity, views, stride, columns, first, scale, scratch, out)
    }

    public static func contrastGradient(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        logDenominator: UnsafePointer<Self>, share: UnsafePointer<Self>, factor: Self
    ) -> Double {
        kernels_contrast_gradient_float(
            similarity, views, stride, columns, first, scale, logDenominator, share, factor)
    }
}

extension Double {
    public static func unitColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, least: Self, into unit: UnsafeMutablePointer<Self>,
        inverseNorm: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns_double(x, rows, stride, least, unit, inverseNorm)
    }

    public static func unitColumnsGradient(
        unit: UnsafePointer<Self>, inverseNorm: UnsafePointer<Self>, rows: Int, stride: Int, least: Self,
        scratch: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_unit_columns_gradient_double(unit, inverseNorm, rows, stride, least, scratch, gradient)
    }

    public static func placeColumns(
        _ x: UnsafePointer<Self>, rows: Int, stride: Int, columns: Int, first: Int, outStride: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        kernels_place_columns_double(x, rows, stride, columns, first, outStride, out)
    }

    public static func narrow(
        _ x: UnsafePointer<Double>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_narrow_double(x, out, count)
    }

    public static func logDenominators(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        scratch: UnsafeMutablePointer<Self>, into out: UnsafeMutablePointer<Self>
    ) {
        kernels_log_denominators_double(similarity, views, stride, columns, first, scale, scratch, out)
    }

    public static func contrastGradient(
        _ similarity: UnsafeMutablePointer<Self>, views: Int, stride: Int, columns: Int, first: Int,
        scale: Self,
        logDenominator: UnsafePointer<Self>, share: UnsafePointer<Self>, factor: Self
    ) -> Double {
        kernels_contrast_gradient_double(
            similarity, views, stride, columns, first, scale, logDenominator, share, factor)
    }
}
