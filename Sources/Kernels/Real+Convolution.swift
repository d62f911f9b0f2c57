import CKernels

// Convolution over a tap table.
extension Real {
    /// From `[a, b, positions]` to `[positions, b, a]` (or `[positions, a, b]` if `swapped`), the layout in
    /// which ``convolve(_:weights:bias:inputChannels:outputChannels:input:output:stride:)`` reads weights:
    /// `[positions, input channels, output channels]`.
    public static func packWeights(
        _ weights: UnsafePointer<Self>, a: Int, b: Int, positions: Int, swapped: Bool,
        into packed: UnsafeMutablePointer<Self>
    ) {
        kernels_pack_weights(type, weights, a, b, positions, swapped, packed)
    }

    /// `output[o, pixel] = bias[o] + Σ over taps of pixel, Σ i of weights[tap.position, i, o] * input[i, tap.input]`.
    ///
    /// Convolution forward, its data gradient, and the same two of a transposed convolution are all this.
    public static func convolve(
        _ taps: TapTable, weights: UnsafePointer<Self>, bias: UnsafePointer<Self>?,
        inputChannels: Int, outputChannels: Int,
        input: UnsafePointer<Self>, output: UnsafeMutablePointer<Self>, stride: Int
    ) {
        kernels_convolve(
            type, taps.byOutput.start, taps.byOutput.other, taps.byOutput.position,
            taps.blocks.start, taps.blocks.output, taps.blocks.input, taps.blocks.position, taps.blocks.count,
            taps.inputPixels, taps.outputPixels, weights, bias, inputChannels, outputChannels, input, output,
            stride)
    }

    /// The gradient of the weights, in their layout: `[inputs, outputs, positions]` if `inputsFirst` (a transposed
    /// convolution), else `[outputs, inputs, positions]`. Each value is
    /// `Σ over pairs of its position, Σ over the full stride of input[i, pair.input] * outputGradient[o, pair.output]`,
    /// in four partial sums.
    ///
    /// `scratch` holds ``TapTable/weightGradientScratch(inputChannels:outputChannels:)`` values.
    public static func convolutionWeightGradient(
        _ taps: TapTable, inputChannels: Int, outputChannels: Int, inputsFirst: Bool,
        input: UnsafePointer<Self>, outputGradient: UnsafePointer<Self>, sliceColumns: Int, stride: Int,
        scratch: UnsafeMutablePointer<Self>, into gradient: UnsafeMutablePointer<Self>
    ) {
        let positions = taps.positions
        let inputs = (
            pixels: taps.inputPixels, channels: inputChannels,
            step: (inputsFirst ? outputChannels : 1) * positions, values: input
        )
        let outputs = (
            pixels: taps.outputPixels, channels: outputChannels,
            step: (inputsFirst ? 1 : inputChannels) * positions, values: outputGradient
        )
        let byInput = taps.sumsByInput(inputChannels: inputChannels, outputChannels: outputChannels)
        let (fixed, listed) = byInput ? (inputs, outputs) : (outputs, inputs)
        let rows = byInput ? taps.byInput : taps.byOutput
        kernels_convolution_weight_gradient(
            type, rows.groups.start, rows.groups.count, rows.groups.pixels, rows.start, rows.other,
            rows.position, positions, fixed.pixels, listed.pixels, fixed.channels, listed.channels,
            fixed.step, listed.step, fixed.values, listed.values, sliceColumns, stride, scratch, gradient)
    }
}
