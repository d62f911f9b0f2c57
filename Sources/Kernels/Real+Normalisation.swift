// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func batchMoments(
        _ x: UnsafePointer<Self>, origin: UnsafePointer<Self>, channels: Int, pixels: Int, columns: Int,
        sliceColumns: Int, stride: Int, into moments: UnsafeMutablePointer<Double>
    ) {
        kernels_batch_moments_float(x, origin, channels, pixels, columns, sliceColumns, stride, moments)
    }

    public static func normalise(
        _ x: UnsafePointer<Self>, channels: Int, pixels: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into y: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_float(x, channels, pixels, stride, mean, inverseDeviation, scale, shift, slope, y)
    }

    public static func normaliseGradientMoments(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int,
        stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into moments: UnsafeMutablePointer<Double>, scaleGradient: UnsafeMutablePointer<Self>,
        shiftGradient: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient_moments_float(
            x, dy, channels, pixels, sliceColumns, stride, mean, inverseDeviation, scale, shift, slope,
            moments,
            scaleGradient, shiftGradient)
    }

    public static func normaliseGradient(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>,
        channels: Int, pixels: Int, columns: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        meanH: UnsafePointer<Self>, meanHX: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient_float(
            x, dy, channels, pixels, columns, stride, mean, inverseDeviation, scale, shift, slope, meanH,
            meanHX, dx)
    }
}

extension Double {
    public static func batchMoments(
        _ x: UnsafePointer<Self>, origin: UnsafePointer<Self>, channels: Int, pixels: Int, columns: Int,
        sliceColumns: Int, stride: Int, into moments: UnsafeMutablePointer<Double>
    ) {
        kernels_batch_moments_double(x, origin, channels, pixels, columns, sliceColumns, stride, moments)
    }

    public static func normalise(
        _ x: UnsafePointer<Self>, channels: Int, pixels: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into y: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_double(x, channels, pixels, stride, mean, inverseDeviation, scale, shift, slope, y)
    }

    public static func normaliseGradientMoments(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>, channels: Int, pixels: Int, sliceColumns: Int,
        stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        into moments: UnsafeMutablePointer<Double>, scaleGradient: UnsafeMutablePointer<Self>,
        shiftGradient: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient_moments_double(
            x, dy, channels, pixels, sliceColumns, stride, mean, inverseDeviation, scale, shift, slope,
            moments,
            scaleGradient, shiftGradient)
    }

    public static func normaliseGradient(
        _ x: UnsafePointer<Self>, dy: UnsafePointer<Self>,
        channels: Int, pixels: Int, columns: Int, stride: Int,
        mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scale: UnsafePointer<Self>, shift: UnsafePointer<Self>, slope: Self,
        meanH: UnsafePointer<Self>, meanHX: UnsafePointer<Self>,
        into dx: UnsafeMutablePointer<Self>
    ) {
        kernels_normalise_gradient_double(
            x, dy, channels, pixels, columns, stride, mean, inverseDeviation, scale, shift, slope, meanH,
            meanHX, dx)
    }
}
