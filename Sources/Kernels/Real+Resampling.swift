// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func mixPixels(
        _ mixture: PixelMixture, weights: UnsafePointer<Self>, channels: Int, input: UnsafePointer<Self>,
        output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_mix_pixels_float(
            mixture.start, mixture.input, weights, channels, mixture.inputPixels, mixture.outputPixels, input,
            output, stride)
    }

    public static func addScaled(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, factor: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_add_scaled_float(x, y, factor, out, count)
    }

    public static func scaled(
        _ x: UnsafePointer<Self>, factor: Self, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_scaled_float(x, factor, out, count)
    }
}

extension Double {
    public static func mixPixels(
        _ mixture: PixelMixture, weights: UnsafePointer<Self>, channels: Int, input: UnsafePointer<Self>,
        output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_mix_pixels_double(
            mixture.start, mixture.input, weights, channels, mixture.inputPixels, mixture.outputPixels, input,
            output, stride)
    }

    public static func addScaled(
        _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, factor: Self,
        into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_add_scaled_double(x, y, factor, out, count)
    }

    public static func scaled(
        _ x: UnsafePointer<Self>, factor: Self, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_scaled_double(x, factor, out, count)
    }
}
