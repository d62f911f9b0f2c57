// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func packWeights(
        _ weights: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        into packed: UnsafeMutablePointer<Self>
    ) {
        kernels_pack_weights_float(weights, a, b, positions, swapped ? 1 : 0, packed)
    }

    public static func addUnpacked(
        _ packed: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        to weights: UnsafeMutablePointer<Double>
    ) {
        kernels_add_unpacked_float(packed, a, b, positions, swapped ? 1 : 0, weights)
    }

    public static func convolve(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_convolve_float(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position,
            taps.blocks.start, taps.blocks.output, taps.blocks.input, taps.blocks.position, taps.blocks.count,
            taps.inputPixels, taps.outputPixels, weights, bias, inputChannels, outputChannels, input, output,
            stride)
    }

    public static func convolutionWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, columns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, packed: UnsafeMutablePointer<Self>
    ) {
        if inputIsFixed(inputChannels: inputChannels, outputChannels: outputChannels) {
            kernels_convolution_weight_gradient_float(
                taps.byInput.start, taps.byInput.other, taps.byInput.position, taps.positions,
                taps.inputPixels, taps.outputPixels, inputChannels, outputChannels, 1,
                input, outputGradient, columns, stride, scratch, packed)
        } else {
            kernels_convolution_weight_gradient_float(
                taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.positions,
                taps.outputPixels, taps.inputPixels, outputChannels, inputChannels, 0,
                outputGradient, input, columns, stride, scratch, packed)
        }
    }

    public static func weightGradientScratch(positions: Int, inputChannels: Int, outputChannels: Int) -> Int {
        kernels_weight_gradient_scratch_float(positions, inputChannels, outputChannels)
    }
}

extension Double {
    public static func packWeights(
        _ weights: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        into packed: UnsafeMutablePointer<Self>
    ) {
        kernels_pack_weights_double(weights, a, b, positions, swapped ? 1 : 0, packed)
    }

    public static func addUnpacked(
        _ packed: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        to weights: UnsafeMutablePointer<Double>
    ) {
        kernels_add_unpacked_double(packed, a, b, positions, swapped ? 1 : 0, weights)
    }

    public static func convolve(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_convolve_double(
            taps.byOutput.start, taps.byOutput.other, taps.byOutput.position,
            taps.blocks.start, taps.blocks.output, taps.blocks.input, taps.blocks.position, taps.blocks.count,
            taps.inputPixels, taps.outputPixels, weights, bias, inputChannels, outputChannels, input, output,
            stride)
    }

    public static func convolutionWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, columns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, packed: UnsafeMutablePointer<Self>
    ) {
        if inputIsFixed(inputChannels: inputChannels, outputChannels: outputChannels) {
            kernels_convolution_weight_gradient_double(
                taps.byInput.start, taps.byInput.other, taps.byInput.position, taps.positions,
                taps.inputPixels, taps.outputPixels, inputChannels, outputChannels, 1,
                input, outputGradient, columns, stride, scratch, packed)
        } else {
            kernels_convolution_weight_gradient_double(
                taps.byOutput.start, taps.byOutput.other, taps.byOutput.position, taps.positions,
                taps.outputPixels, taps.inputPixels, outputChannels, inputChannels, 0,
                outputGradient, input, columns, stride, scratch, packed)
        }
    }

    public static func weightGradientScratch(positions: Int, inputChannels: Int, outputChannels: Int) -> Int {
        kernels_weight_gradient_scratch_double(positions, inputChannels, outputChannels)
    }
}

/// Whether the weight gradient keeps input rows in the cache and goes through lists of output rows, or the reverse.
/// The fixed side fills a register block with its own channels, so it should have at least a block of them.
private func inputIsFixed(inputChannels: Int, outputChannels: Int) -> Bool {
    inputChannels >= min(4, outputChannels)
}
