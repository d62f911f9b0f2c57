// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func convolveWide(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?, inputChannels: Int,
        outputChannels: Int, input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        kernels_convolve_wide_float(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.tiling.tile,
            taps.tiling.ring, taps.inputPixels, taps.outputPixels, taps.positions, weights, bias,
            inputChannels, outputChannels, input, output, stride, scratch)
    }

    public static func wideWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_wide_weight_gradient_float(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.tiling.tile,
            taps.tiling.ring, taps.inputPixels, taps.outputPixels, taps.positions, inputChannels,
            outputChannels, (inputsFirst ? outputChannels : 1) * taps.positions,
            (inputsFirst ? 1 : inputChannels) * taps.positions, input, outputGradient, sliceColumns, stride,
            scratch, gradient)
    }
}

extension Double {
    public static func convolveWide(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?, inputChannels: Int,
        outputChannels: Int, input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutablePointer<Self>
    ) {
        kernels_convolve_wide_double(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.tiling.tile,
            taps.tiling.ring, taps.inputPixels, taps.outputPixels, taps.positions, weights, bias,
            inputChannels, outputChannels, input, output, stride, scratch)
    }

    public static func wideWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>
    ) {
        kernels_wide_weight_gradient_double(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.tiling.tile,
            taps.tiling.ring, taps.inputPixels, taps.outputPixels, taps.positions, inputChannels,
            outputChannels, (inputsFirst ? outputChannels : 1) * taps.positions,
            (inputsFirst ? 1 : inputChannels) * taps.positions, input, outputGradient, sliceColumns, stride,
            scratch, gradient)
    }
}
