extension KernelCase {
    /// The encoder's three convolutions and the decoder's three transposed ones, each with both gradients.
    static func convolutionCases(batch: Int) -> [KernelCase] {
        func convolution(_ size: Int) -> TapTable {
            .convolution(height: size, width: size, kernel: 3, stride: 2, padding: 0)
        }
        func transposed(_ size: Int, padding: Int) -> TapTable {
            .transposedConvolution(
                height: size, width: size, kernel: 3, stride: 2, padding: padding, outputPadding: padding)
        }
        let shapes: [(name: String, taps: TapTable, inputs: Int, outputs: Int)] = [
            ("conv 1→8, 28→13", convolution(28), 1, 8), ("conv 8→16, 13→6", convolution(13), 8, 16),
            ("conv 16→32, 6→2", convolution(6), 16, 32),
            ("transposed conv 32→16, 3→7", transposed(3, padding: 0), 32, 16),
            ("transposed conv 16→8, 7→14", transposed(7, padding: 1), 16, 8),
            ("transposed conv 8→1, 14→28", transposed(14, padding: 1), 8, 1),
        ]
        return shapes.flatMap { shape in
            convolutionCases(
                name: shape.name, taps: shape.taps, inputs: shape.inputs, outputs: shape.outputs, batch: batch
            )
        }
    }

    private static func convolutionCases(
        name: String, taps: TapTable, inputs: Int, outputs: Int, batch: Int
    ) -> [KernelCase] {
        let input = values(taps.inputPixels * inputs * batch)
        let output = values(taps.outputPixels * outputs * batch)
        let weights = values(taps.positions * inputs * outputs)
        // Results go to arrays of their own: fed back, they would decay to zeros.
        let inputGradient = values(taps.inputPixels * inputs * batch)
        let outputGradient = values(taps.outputPixels * outputs * batch)
        let weightGradient = values(weights.count)
        let scratch = values(taps.weightGradientScratch(inputChannels: inputs, outputChannels: outputs))
        let reversed = taps.reversed
        let work = Double(2 * taps.taps * inputs * outputs * batch)
        return [
            KernelCase(name: name, unit: .gigaflops, work: work, result: { output.doubles }) {
                R.convolve(
                    taps, weights: weights.pointer, bias: nil, inputChannels: inputs, outputChannels: outputs,
                    input: input.pointer, output: output.pointer, stride: batch)
            },
            KernelCase(
                name: name + ", data gradient", unit: .gigaflops, work: work,
                result: { inputGradient.doubles }
            ) {
                R.convolve(
                    reversed, weights: weights.pointer, bias: nil, inputChannels: outputs,
                    outputChannels: inputs, input: outputGradient.pointer, output: inputGradient.pointer,
                    stride: batch)
            },
            KernelCase(
                name: name + ", weight gradient", unit: .gigaflops, work: work,
                result: { weightGradient.doubles }
            ) {
                R.convolutionWeightGradient(
                    taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: false,
                    input: input.pointer, outputGradient: outputGradient.pointer,
                    sliceColumns: paddedStride(batch / 4), stride: batch, scratch: scratch.pointer,
                    into: weightGradient.pointer)
            },
        ]
    }
}
