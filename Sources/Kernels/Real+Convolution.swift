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
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>
    ) {
        let positions = taps.positions
        let inputStep = (inputsFirst ? outputChannels : 1) * positions
        let outputStep = (inputsFirst ? 1 : inputChannels) * positions
        if taps.sumsByInput(inputChannels: inputChannels, outputChannels: outputChannels) {
            let groups = taps.byInput.groups
            kernels_convolution_weight_gradient_float(
                groups.start, groups.count, groups.pixels, taps.byInput.start, taps.byInput.other,
                taps.byInput.position, positions, taps.inputPixels, taps.outputPixels, inputChannels,
                outputChannels,
                inputStep, outputStep, input, outputGradient, sliceColumns, stride, scratch, gradient)
        } else {
            let groups = taps.byOutput.groups
            kernels_convolution_weight_gradient_float(
                groups.start, groups.count, groups.pixels, taps.byOutput.start, taps.byOutput.other,
                taps.byOutput.position, positions, taps.outputPixels, taps.inputPixels, outputChannels,
                inputChannels,
                outputStep, inputStep, outputGradient, input, sliceColumns, stride, scratch, gradient)
        }
    }
}

extension Double {
    public static func packWeights(
        _ weights: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        into packed: UnsafeMutablePointer<Self>
    ) {
        kernels_pack_weights_double(weights, a, b, positions, swapped ? 1 : 0, packed)
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
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>
    ) {
        let positions = taps.positions
        let inputStep = (inputsFirst ? outputChannels : 1) * positions
        let outputStep = (inputsFirst ? 1 : inputChannels) * positions
        if taps.sumsByInput(inputChannels: inputChannels, outputChannels: outputChannels) {
            let groups = taps.byInput.groups
            kernels_convolution_weight_gradient_double(
                groups.start, groups.count, groups.pixels, taps.byInput.start, taps.byInput.other,
                taps.byInput.position, positions, taps.inputPixels, taps.outputPixels, inputChannels,
                outputChannels,
                inputStep, outputStep, input, outputGradient, sliceColumns, stride, scratch, gradient)
        } else {
            let groups = taps.byOutput.groups
            kernels_convolution_weight_gradient_double(
                groups.start, groups.count, groups.pixels, taps.byOutput.start, taps.byOutput.other,
                taps.byOutput.position, positions, taps.outputPixels, taps.inputPixels, outputChannels,
                inputChannels,
                outputStep, inputStep, outputGradient, input, sliceColumns, stride, scratch, gradient)
        }
    }
}
