import Testing

@testable import Kernels

/// A convolution by its definition, over `[channels, pixels, stride]` maps and PyTorch's weight layouts.
struct NaiveConvolution {
    var size: Int
    var kernel: Int
    var stride: Int
    var padding: Int
    var inputs: Int
    var outputs: Int

    var outputSize: Int { (size + 2 * padding - kernel) / stride + 1 }

    /// Calls `body` with the input pixel, the output pixel and the kernel position of each tap.
    func forEachTap(_ body: (Int, Int, Int) -> Void) {
        for oy in 0..<outputSize {
            for ox in 0..<outputSize {
                for ky in 0..<kernel {
                    for kx in 0..<kernel {
                        let (y, x) = (oy * stride + ky - padding, ox * stride + kx - padding)
                        if y >= 0, x >= 0, y < size, x < size {
                            body(y * size + x, oy * outputSize + ox, ky * kernel + kx)
                        }
                    }
                }
            }
        }
    }

    /// `y[o] = bias[o] + Σ w[o, i, position] x[i]`.
    func forward(_ x: [Double], weights: [Double], bias: [Double], batch: Int) -> [Double] {
        let (pixels, outputPixels) = (size * size, outputSize * outputSize)
        var y = (0..<outputs * outputPixels * batch).map { bias[$0 / (outputPixels * batch)] }
        forEachTap { from, to, position in
            for o in 0..<outputs {
                for i in 0..<inputs {
                    let w = weights[(o * inputs + i) * kernel * kernel + position]
                    for c in 0..<batch {
                        y[(o * outputPixels + to) * batch + c] += w * x[(i * pixels + from) * batch + c]
                    }
                }
            }
        }
        return y
    }

    /// `x[i] = bias[i] + Σ w[o, i, position] y[o]`: the data gradient, which is the transposed convolution.
    func backward(_ y: [Double], weights: [Double], bias: [Double], batch: Int) -> [Double] {
        let (pixels, outputPixels) = (size * size, outputSize * outputSize)
        var x = (0..<inputs * pixels * batch).map { bias[$0 / (pixels * batch)] }
        forEachTap { from, to, position in
            for o in 0..<outputs {
                for i in 0..<inputs {
                    let w = weights[(o * inputs + i) * kernel * kernel + position]
                    for c in 0..<batch {
                        x[(i * pixels + from) * batch + c] += w * y[(o * outputPixels + to) * batch + c]
                    }
                }
            }
        }
        return x
    }

    /// The gradient of the weights `[o, i, position]`.
    func weightGradient(_ x: [Double], _ dy: [Double], batch: Int) -> [Double] {
        let (pixels, outputPixels) = (size * size, outputSize * outputSize)
        var gradient = [Double](repeating: 0, count: outputs * inputs * kernel * kernel)
        forEachTap { from, to, position in
            for o in 0..<outputs {
                for i in 0..<inputs {
                    for c in 0..<batch {
                        gradient[(o * inputs + i) * kernel * kernel + position] +=
                            x[(i * pixels + from) * batch + c] * dy[(o * outputPixels + to) * batch + c]
                    }
                }
            }
        }
        return gradient
    }
}

extension NaiveConvolution: CustomTestStringConvertible {
    var testDescription: String {
        "\(inputs)→\(outputs), \(size), kernel \(kernel), stride \(stride), padding \(padding)"
    }

    static let all = [
        NaiveConvolution(size: 7, kernel: 3, stride: 2, padding: 0, inputs: 1, outputs: 8),
        NaiveConvolution(size: 6, kernel: 3, stride: 2, padding: 1, inputs: 8, outputs: 1),
        NaiveConvolution(size: 5, kernel: 3, stride: 1, padding: 1, inputs: 3, outputs: 5),
        NaiveConvolution(size: 6, kernel: 4, stride: 2, padding: 1, inputs: 5, outputs: 3),
        NaiveConvolution(size: 3, kernel: 3, stride: 1, padding: 0, inputs: 13, outputs: 12),
        NaiveConvolution(size: 4, kernel: 1, stride: 1, padding: 0, inputs: 16, outputs: 9),
        NaiveConvolution(size: 5, kernel: 3, stride: 2, padding: 1, inputs: 3, outputs: 20),
        NaiveConvolution(size: 6, kernel: 3, stride: 1, padding: 1, inputs: 5, outputs: 48),
    ]
}

@Suite struct ConvolutionTests {
    /// Forward, both gradients, and the packing between them, for a convolution and for the transposed one.
    @Test(arguments: NaiveConvolution.all, [16, 48, 224]) func kernels(naive: NaiveConvolution, batch: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let taps = TapTable.convolution(
                height: naive.size, width: naive.size, kernel: naive.kernel, stride: naive.stride,
                padding: naive.padding)
            let back = taps.reversed
            let (inputs, outputs, positions) = (naive.inputs, naive.outputs, naive.kernel * naive.kernel)
            #expect(taps.inputPixels == naive.size * naive.size && taps.positions == positions)
            #expect(taps.outputPixels == naive.outputSize * naive.outputSize)
            #expect(back.outputPixels == taps.inputPixels && back.taps == taps.taps)

            var values = Values(11)
            let x = Storage<R>(values.list(inputs * taps.inputPixels * batch))
            let dy = Storage<R>(values.list(outputs * taps.outputPixels * batch))
            let weights = Storage<R>(values.list(outputs * inputs * positions))
            let outputBias = Storage<R>(values.list(outputs))
            let noBias = [Double](repeating: 0, count: max(inputs, outputs))
            let packed = Storage<R>(count: weights.count)
            let slice = batch > 64 ? 96 : 32
            let (y, dx) = (Storage<R>(count: dy.count), Storage<R>(count: x.count))

            R.packWeights(
                weights.pointer, a: outputs, b: inputs, positions: positions, swapped: false,
                into: packed.pointer)
            R.convolve(
                taps, weights: packed.pointer, bias: outputBias.pointer, inputChannels: inputs,
                outputChannels: outputs, input: x.pointer, output: y.pointer, stride: batch)
            expectClose(
                y.doubles,
                naive.forward(x.doubles, weights: weights.doubles, bias: outputBias.doubles, batch: batch),
                R.tolerance, scale: 16, "forward")

            R.packWeights(
                weights.pointer, a: outputs, b: inputs, positions: positions, swapped: true,
                into: packed.pointer)
            R.convolve(
                back, weights: packed.pointer, bias: nil, inputChannels: outputs, outputChannels: inputs,
                input: dy.pointer, output: dx.pointer, stride: batch)
            expectClose(
                dx.doubles, naive.backward(dy.doubles, weights: weights.doubles, bias: noBias, batch: batch),
                R.tolerance, scale: 16, "data gradient")

            let scratch = Storage<R>(
                count: max(
                    taps.weightGradientScratch(inputChannels: inputs, outputChannels: outputs),
                    back.weightGradientScratch(inputChannels: outputs, outputChannels: inputs)))
            let gradient = Storage<R>([Double](repeating: .nan, count: weights.count))
            let expected = naive.weightGradient(x.doubles, dy.doubles, batch: batch)
            R.convolutionWeightGradient(
                taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: false, input: x.pointer,
                outputGradient: dy.pointer, sliceColumns: slice, stride: batch, scratch: scratch.pointer,
                into: gradient.pointer)
            expectClose(gradient.doubles, expected, R.tolerance, scale: Double(2 * batch), "weight gradient")

            // The same through the transposed convolution, whose weights are [its inputs, its outputs, positions].
            R.convolutionWeightGradient(
                back, inputChannels: outputs, outputChannels: inputs, inputsFirst: true, input: dy.pointer,
                outputGradient: x.pointer, sliceColumns: slice, stride: batch, scratch: scratch.pointer,
                into: gradient.pointer)
            expectClose(
                gradient.doubles, expected, R.tolerance, scale: Double(2 * batch),
                "transposed weight gradient")
        }
    }

    /// Ranks that hold neighbouring slices, added up pairwise, find the same bits as one that holds all four.
    @Test(arguments: NaiveConvolution.all) func slicesOfABatch(naive: NaiveConvolution) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (stride, width) = (112, 32)
            let taps = TapTable.convolution(
                height: naive.size, width: naive.size, kernel: naive.kernel, stride: naive.stride,
                padding: naive.padding)
            let (inputs, outputs) = (naive.inputs, naive.outputs)
            var values = Values(17)
            let x = Storage<R>(values.list(inputs * taps.inputPixels * stride))
            let dy = Storage<R>(values.list(outputs * taps.outputPixels * stride))
            let count = inputs * outputs * taps.positions
            let scratch = Storage<R>(
                count: taps.weightGradientScratch(inputChannels: inputs, outputChannels: outputs))
            func gradient(_ x: Storage<R>, _ dy: Storage<R>, stride: Int) -> [Double] {
                let gradient = Storage<R>(count: count)
                R.convolutionWeightGradient(
                    taps, inputChannels: inputs, outputChannels: outputs, inputsFirst: false,
                    input: x.pointer,
                    outputGradient: dy.pointer, sliceColumns: width, stride: stride, scratch: scratch.pointer,
                    into: gradient.pointer)
                return gradient.doubles
            }
            func slice(_ map: Storage<R>, _ columns: Range<Int>) -> Storage<R> {
                Storage<R>(
                    map.doubles.enumerated().filter { columns.contains($0.offset % stride) }.map(\.element))
            }
            func sum(_ columns: Range<Int>) -> [R] {
                gradient(slice(x, columns), slice(dy, columns), stride: columns.count).map { R($0) }
            }
            let whole = sum(0..<112)
            #expect(added(sum(0..<64), sum(64..<112)) == whole)
            let halves = (added(sum(0..<32), sum(32..<64)), added(sum(64..<96), sum(96..<112)))
            #expect(added(halves.0, halves.1) == whole)
        }
    }

    /// The decoder's transposed convolutions: `(in - 1) * stride - 2 * padding + kernel + outputPadding`.
    @Test(arguments: [(3, 0, 0, 7), (7, 1, 1, 14), (14, 1, 1, 28)])
    func transposedTable(size: Int, padding: Int, outputPadding: Int, expected: Int) {
        let taps = TapTable.transposedConvolution(
            height: size, width: size, kernel: 3, stride: 2, padding: padding, outputPadding: outputPadding)
        #expect(taps.inputPixels == size * size && taps.outputPixels == expected * expected)
        let naive = NaiveConvolution(
            size: expected, kernel: 3, stride: 2, padding: padding, inputs: 2, outputs: 3)
        let batch = 16
        var values = Values(12)
        let input = Storage<Double>(values.list(3 * size * size * batch))
        let weights = Storage<Double>(values.list(3 * 2 * 9))
        let bias = Storage<Double>(values.list(2))
        let packed = Storage<Double>(count: weights.count)
        let output = Storage<Double>(count: 2 * expected * expected * batch)
        Double.packWeights(weights.pointer, a: 3, b: 2, positions: 9, swapped: true, into: packed.pointer)
        Double.convolve(
            taps, weights: packed.pointer, bias: bias.pointer, inputChannels: 3, outputChannels: 2,
            input: input.pointer, output: output.pointer, stride: batch)
        expectClose(
            output.doubles,
            naive.backward(input.doubles, weights: weights.doubles, bias: bias.doubles, batch: batch),
            Double.tolerance)
    }

    /// A rectangular map has rows of another length than its columns.
    @Test func rectangularTable() {
        let taps = TapTable.convolution(height: 2, width: 5, kernel: 1, stride: 2, padding: 0)
        #expect(taps.inputPixels == 10 && taps.outputPixels == 3 && taps.taps == 3)
        #expect(taps.byOutput.other == [0, 2, 4])
        #expect(taps.reversed.blocks.count == 3)
    }

    @Test func gradientsByDifferences() {
        let naive = NaiveConvolution(size: 4, kernel: 3, stride: 2, padding: 1, inputs: 2, outputs: 3)
        let taps = TapTable.convolution(height: 4, width: 4, kernel: 3, stride: 2, padding: 1)
        let batch = 16
        var values = Values(13)
        let x = values.list(naive.inputs * taps.inputPixels * batch)
        let packed = values.list(9 * naive.inputs * naive.outputs)
        let dy = values.list(naive.outputs * taps.outputPixels * batch)

        func loss(_ x: [Double], _ packed: [Double]) -> Double {
            let (input, weights) = (Storage<Double>(x), Storage<Double>(packed))
            let y = Storage<Double>(count: dy.count)
            // A loss that is not linear in its output, so that a gradient taken at the wrong place shows.
            Double.convolve(
                taps, weights: weights.pointer, bias: nil, inputChannels: naive.inputs,
                outputChannels: naive.outputs, input: input.pointer, output: y.pointer, stride: batch)
            return zip(y.doubles, dy).map { $0 * $0 * $1 / 2 }.reduce(0, +)
        }

        let (input, weights) = (Storage<Double>(x), Storage<Double>(packed))
        let (y, dx) = (Storage<Double>(count: dy.count), Storage<Double>(count: x.count))
        Double.convolve(
            taps, weights: weights.pointer, bias: nil, inputChannels: naive.inputs,
            outputChannels: naive.outputs,
            input: input.pointer, output: y.pointer, stride: batch)
        let gradient = Storage<Double>(zip(y.doubles, dy).map(*))
        let swapped = Storage<Double>(
            (0..<packed.count).map { index in
                let (position, rest) = (index / 6, index % 6)
                let (o, i) = (rest / naive.inputs, rest % naive.inputs)
                return packed[position * 6 + i * naive.outputs + o]
            })
        Double.convolve(
            taps.reversed, weights: swapped.pointer, bias: nil, inputChannels: naive.outputs,
            outputChannels: naive.inputs, input: gradient.pointer, output: dx.pointer, stride: batch)
        expectGradient(dx.doubles, of: { loss($0, packed) }, at: x, "dx")

        let scratch = Storage<Double>(
            count: taps.weightGradientScratch(inputChannels: naive.inputs, outputChannels: naive.outputs))
        let weightGradient = Storage<Double>(count: packed.count)
        Double.convolutionWeightGradient(
            taps, inputChannels: naive.inputs, outputChannels: naive.outputs, inputsFirst: false,
            input: input.pointer, outputGradient: gradient.pointer, sliceColumns: batch, stride: batch,
            scratch: scratch.pointer, into: weightGradient.pointer)
        let packedGradient = Storage<Double>(count: packed.count)
        Double.packWeights(
            weightGradient.pointer, a: naive.outputs, b: naive.inputs, positions: 9, swapped: false,
            into: packedGradient.pointer)
        expectGradient(packedGradient.doubles, of: { loss(x, $0) }, at: packed, "weights")
    }

    @Test func keepsNaN() {
        let taps = TapTable.convolution(height: 4, width: 4, kernel: 3, stride: 1, padding: 1)
        for outputs in [1, 4, 8] {
            let x = Storage<Float>([Double](repeating: 1, count: 16 * 16))
            x.pointer[0] = .nan  // the corner pixel of sample 0
            let weights = Storage<Float>([Double](repeating: 0, count: 9 * outputs))
            let y = Storage<Float>(count: outputs * 16 * 16)
            Float.convolve(
                taps, weights: weights.pointer, bias: nil, inputChannels: 1, outputChannels: outputs,
                input: x.pointer, output: y.pointer, stride: 16)
            let reached = Set([0, 1, 4, 5])
            #expect(
                y.doubles.map(\.isNaN) == (0..<y.count).map { $0 % 16 == 0 && reached.contains($0 / 16 % 16) }
            )
        }
    }
}
