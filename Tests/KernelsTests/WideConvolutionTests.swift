import Testing

@testable import Kernels

/// The kernels for many channels against those for few, which are checked by the formulas.
@Suite struct WideConvolutionTests {
    struct Shape: Sendable {
        var side: Int
        var kernel: Int
        var stride = 1
        var padding = 0
        var inputs = 32
        var outputs = 48
    }

    @Test(
        arguments: [
            Shape(side: 5, kernel: 3, padding: 1),
            Shape(side: 4, kernel: 3, padding: 1, inputs: 48, outputs: 32),
            Shape(side: 13, kernel: 4, stride: 2, padding: 1), Shape(side: 7, kernel: 5, stride: 2),
            Shape(side: 3, kernel: 1), Shape(side: 40, kernel: 3, padding: 1, inputs: 32, outputs: 32),
        ], [(16, 16), (48, 16), (112, 64)])
    func agreeWithThoseForFewChannels(_ shape: Shape, _ batch: (columns: Int, slice: Int)) {
        if shape.side > 20 && batch.columns > 48 { return }
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let convolution = TapTable.convolution(
                height: shape.side, width: shape.side, kernel: shape.kernel, stride: shape.stride,
                padding: shape.padding)
            for taps in [convolution, convolution.reversed] {
                let (inputs, outputs, columns) = (shape.inputs, shape.outputs, batch.columns)
                #expect(taps.isWide(inputChannels: inputs, outputChannels: outputs))
                let x = KernelBenchmark.values(inputs * taps.inputPixels * columns, of: R.self)
                let dy = KernelBenchmark.values(outputs * taps.outputPixels * columns, of: R.self)
                let weights = KernelBenchmark.values(taps.positions * inputs * outputs, of: R.self)
                let bias = KernelBenchmark.values(outputs, of: R.self)
                let (few, many) = (Storage<R>(count: dy.count), Storage<R>(count: dy.count))
                let scratch = Storage<R>(
                    count: taps.wideScratch(inputChannels: inputs, outputChannels: outputs))
                R.convolve(
                    taps, weights: weights.pointer, bias: bias.pointer, inputChannels: inputs,
                    outputChannels: outputs, input: x.pointer, output: few.pointer, stride: columns)
                R.convolveWide(
                    taps, weights: weights.pointer, bias: bias.pointer, inputChannels: inputs,
                    outputChannels: outputs, input: x.pointer, output: many.pointer, stride: columns,
                    scratch: scratch.pointer)
                #expect((0..<few.count).allSatisfy { few.pointer[$0] == many.pointer[$0] })

                for inputsFirst in [false, true] {
                    let (few, many) = (Storage<R>(count: weights.count), Storage<R>(count: weights.count))
                    let sums = Storage<R>(count: 4 * weights.count)
                    R.convolutionWeightGradient(
                        taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: inputsFirst,
                        input: x.pointer, outputGradient: dy.pointer, sliceColumns: batch.slice,
                        stride: columns, scratch: sums.pointer, into: few.pointer)
                    R.wideWeightGradient(
                        taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: inputsFirst,
                        input: x.pointer, outputGradient: dy.pointer, sliceColumns: batch.slice,
                        stride: columns, scratch: scratch.pointer, into: many.pointer)
                    expectClose(
                        many.doubles, few.doubles, 4 * R.tolerance, scale: Double(taps.outputPixels),
                        "gradient")
                }
            }
        }
    }

    /// Ranks that hold whole slices find the bits of one that holds all: their sums are those of the strands.
    @Test func slicesAreSummedAlikeOnOneRankAndFour() {
        let taps = TapTable.convolution(height: 4, width: 4, kernel: 3, stride: 1, padding: 1)
        let (channels, slice) = (32, 16)
        let x = KernelBenchmark.values(channels * 16 * 4 * slice, of: Float.self)
        let dy = KernelBenchmark.values(channels * 16 * 4 * slice, of: Float.self)
        let scratch = Storage<Float>(
            count: taps.wideScratch(inputChannels: channels, outputChannels: channels))
        func gradient(_ x: Storage<Float>, _ dy: Storage<Float>, columns: Int) -> [Double] {
            let gradient = Storage<Float>(count: 9 * channels * channels)
            Float.wideWeightGradient(
                taps, inputChannels: channels, outputChannels: channels, inputsFirst: false, input: x.pointer,
                outputGradient: dy.pointer, sliceColumns: slice, stride: columns, scratch: scratch.pointer,
                into: gradient.pointer)
            return gradient.doubles
        }
        func part(_ values: Storage<Float>, _ rank: Int) -> Storage<Float> {
            let part = Storage<Float>(count: values.count / 4)
            for index in 0..<part.count {
                part.pointer[index] = values.pointer[index / slice * 4 * slice + rank * slice + index % slice]
            }
            return part
        }
        let parts = (0..<4).map { gradient(part(x, $0), part(dy, $0), columns: slice).map(Float.init) }
        let sum = parts[0].indices.map {
            Double((parts[0][$0] + parts[1][$0]) + (parts[2][$0] + parts[3][$0]))
        }
        #expect(sum == gradient(x, dy, columns: 4 * slice))
    }
}
