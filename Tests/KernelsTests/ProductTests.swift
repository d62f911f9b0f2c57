import Testing

@testable import Kernels

/// `W x`, its data gradient and its weight gradient, by their definitions.
private struct NaiveLinear {
    let inputs: Int
    let outputs: Int
    let stride: Int

    func forward(_ w: [Double], _ x: [Double], bias: [Double]) -> [Double] {
        (0..<outputs * stride).map { index in
            let (o, c) = (index / stride, index % stride)
            return (0..<inputs).reduce(bias[o]) { $0 + w[o * inputs + $1] * x[$1 * stride + c] }
        }
    }

    func backward(_ w: [Double], _ dy: [Double]) -> [Double] {
        (0..<inputs * stride).map { index in
            let (i, c) = (index / stride, index % stride)
            return (0..<outputs).reduce(0) { $0 + w[$1 * inputs + i] * dy[$1 * stride + c] }
        }
    }

    func weightGradient(_ x: [Double], _ dy: [Double]) -> [Double] {
        (0..<outputs * inputs).map { index in
            let (o, i) = (index / inputs, index % inputs)
            return (0..<stride).reduce(0) { $0 + dy[o * stride + $1] * x[i * stride + $1] }
        }
    }
}

@Suite struct ProductTests {
    /// Sizes around the blocks of every register width.
    @Test(
        arguments: [(1, 1), (3, 5), (8, 16), (17, 9), (33, 20), (128, 1), (40, 64)], [16, 48, 144])
    func products(_ size: (inputs: Int, outputs: Int), stride: Int) {
        checkProducts(inputs: size.inputs, outputs: size.outputs, stride: stride)
    }

    /// More inputs than a tile of any register width has, and more outputs than a block.
    @Test(arguments: [(800, 67), (67, 800)])
    func largeProducts(_ size: (inputs: Int, outputs: Int)) {
        checkProducts(inputs: size.inputs, outputs: size.outputs, stride: 48)
    }

    private func checkProducts(inputs: Int, outputs: Int, stride: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let naive = NaiveLinear(inputs: inputs, outputs: outputs, stride: stride)
            var values = Values(21)
            let w = Storage<R>(values.list(inputs * outputs))
            let bias = Storage<R>(values.list(outputs))
            let (x, dy) = (
                Storage<R>(values.list(inputs * stride)), Storage<R>(values.list(outputs * stride))
            )

            let y = Storage<R>([Double](repeating: .nan, count: dy.count))
            R.multiplyColumns(
                weights: w.pointer, outputStep: inputs, inputStep: 1, bias: bias.pointer, x: x.pointer,
                inputs: inputs, outputs: outputs, stride: stride, adds: false, into: y.pointer)
            expectClose(
                y.doubles, naive.forward(w.doubles, x.doubles, bias: bias.doubles), R.tolerance, scale: 16)

            let before = values.list(x.count)
            let dx = Storage<R>(before)
            R.multiplyColumns(
                weights: w.pointer, outputStep: 1, inputStep: inputs, bias: nil, x: dy.pointer,
                inputs: outputs, outputs: inputs, stride: stride, adds: true, into: dx.pointer)
            let expected = zip(before, naive.backward(w.doubles, dy.doubles)).map(+)
            expectClose(dx.doubles, expected, R.tolerance, scale: 16, "data gradient, added")

            let gradient = Storage<R>([Double](repeating: .nan, count: w.count))
            let scratch = Storage<R>(count: paddedStride(inputs) * stride)
            for sliceColumns in [16, 64] {
                R.multiplyBatches(
                    dy: dy.pointer, x: x.pointer, inputs: inputs, outputs: outputs,
                    sliceColumns: sliceColumns, stride: stride, scratch: scratch.pointer,
                    into: gradient.pointer)
                expectClose(
                    gradient.doubles, naive.weightGradient(x.doubles, dy.doubles), R.tolerance, scale: 16,
                    "weight gradient")
            }
        }
    }

    /// A column rounds the same whatever lies beside it: ranks that hold parts of a batch find what one finds.
    @Test func columnsDoNotMatterToEachOther() {
        let (inputs, outputs, stride) = (37, 21, 144)
        var values = Values(22)
        let (w, x) = (
            Storage<Float>(values.list(inputs * outputs)), Storage<Float>(values.list(inputs * stride))
        )
        func multiply(_ x: Storage<Float>, stride: Int) -> [Double] {
            let y = Storage<Float>(count: outputs * stride)
            Float.multiplyColumns(
                weights: w.pointer, outputStep: inputs, inputStep: 1, bias: nil, x: x.pointer, inputs: inputs,
                outputs: outputs, stride: stride, adds: false, into: y.pointer)
            return y.doubles
        }
        let whole = multiply(x, stride: stride)
        for columns in [0..<16, 16..<64, 64..<144] {
            let held = { (index: Int) in columns.contains(index % stride) }
            let part = x.doubles.enumerated().filter { held($0.offset) }.map(\.element)
            let expected = whole.enumerated().filter { held($0.offset) }.map(\.element)
            #expect(multiply(Storage<Float>(part), stride: columns.count) == expected)
        }
    }

    /// Blocks follow one another in the order of the sum: a product by parts of the inputs, each too short for a tile,
    /// has the same bits.
    @Test(arguments: [(1000, 1), (1, 140)])
    func blocksDoNotChangeTheSum(_ steps: (output: Int, input: Int)) {
        let (inputs, outputs, stride, part) = (1000, 140, 80, 100)
        var values = Values(23)
        let (w, x) = (
            Storage<Float>(values.list(inputs * outputs)), Storage<Float>(values.list(inputs * stride))
        )
        let bias = Storage<Float>(values.list(outputs))
        let (whole, parts) = (
            Storage<Float>(count: outputs * stride), Storage<Float>(count: outputs * stride)
        )
        Float.multiplyColumns(
            weights: w.pointer, outputStep: steps.output, inputStep: steps.input, bias: bias.pointer,
            x: x.pointer, inputs: inputs, outputs: outputs, stride: stride, adds: false, into: whole.pointer)
        for first in Swift.stride(from: 0, to: inputs, by: part) {
            Float.multiplyColumns(
                weights: w.pointer + first * steps.input, outputStep: steps.output, inputStep: steps.input,
                bias: bias.pointer, x: x.pointer + first * stride, inputs: part, outputs: outputs,
                stride: stride, adds: first > 0, into: parts.pointer)
        }
        #expect(whole.doubles == parts.doubles)
    }

    /// Ranks that hold neighbouring slices, added up pairwise, find the same bits as one that holds all four.
    @Test(arguments: [(5, 7), (300, 140)])
    func sharesOfSlicesSumToTheSameBits(_ size: (inputs: Int, outputs: Int)) {
        let (sliceColumns, stride) = (32, 128)
        var values = Values(24)
        let x = values.list(size.inputs * stride)
        let dy = values.list(size.outputs * stride)
        func gradient(_ slices: Range<Int>) -> [Float] {
            let columns = slices.lowerBound * sliceColumns..<slices.upperBound * sliceColumns
            func held(_ all: [Double]) -> Storage<Float> {
                Storage<Float>(
                    all.enumerated().filter { columns.contains($0.offset % stride) }.map(\.element))
            }
            let (x, dy) = (held(x), held(dy))
            let scratch = Storage<Float>(count: paddedStride(size.inputs) * columns.count)
            var gradient = [Float](repeating: .nan, count: size.inputs * size.outputs)
            Float.multiplyBatches(
                dy: dy.pointer, x: x.pointer, inputs: size.inputs, outputs: size.outputs,
                sliceColumns: sliceColumns, stride: columns.count, scratch: scratch.pointer, into: &gradient)
            return gradient
        }
        let whole = gradient(0..<4)
        #expect(added(gradient(0..<2), gradient(2..<4)) == whole)
        #expect(added(added(gradient(0..<1), gradient(1..<2)), gradient(2..<4)) == whole)
        let halves = (added(gradient(0..<1), gradient(1..<2)), added(gradient(2..<3), gradient(3..<4)))
        #expect(added(halves.0, halves.1) == whole)
    }
}
