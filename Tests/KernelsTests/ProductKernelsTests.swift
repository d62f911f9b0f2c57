import Testing

@testable import Kernels

/// The bits of a number that products in bfloat16 take, by the definition: 16 bits, the nearest, ties to even.
private func half(_ x: Float) -> Float {
    let bits = x.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
}

/// Products by CBLAS and in bfloat16, beside those of our own.
@Suite struct ProductKernelsTests {
    private struct Sides {
        let inputs: Int
        let outputs: Int
        let stride: Int
        let w: Storage<Float>
        let bias: Storage<Float>
        let x: Storage<Float>
        let dy: Storage<Float>

        init(_ inputs: Int, _ outputs: Int, stride: Int) {
            (self.inputs, self.outputs, self.stride) = (inputs, outputs, stride)
            var values = Values(31)
            w = values.storage(inputs * outputs)
            bias = values.storage(outputs)
            x = values.storage(inputs * stride)
            dy = values.storage(outputs * stride)
        }

        /// The columns of some slices alone.
        init(_ whole: Sides, columns: Range<Int>) {
            func held(_ all: Storage<Float>) -> Storage<Float> {
                Storage(
                    all.doubles.enumerated().filter { columns.contains($0.offset % whole.stride) }
                        .map(\.element))
            }
            (inputs, outputs, stride) = (whole.inputs, whole.outputs, columns.count)
            (w, bias, x, dy) = (whole.w, whole.bias, held(whole.x), held(whole.dy))
        }

        private func scratch(_ kernels: ProductKernels) -> Storage<Float> {
            Storage(
                count: kernels.scratch(inputs: inputs, outputs: outputs, stride: stride, of: Float.self))
        }

        func forward(_ kernels: ProductKernels, slice: Int) -> Storage<Float> {
            let (y, scratch) = (Storage<Float>(count: outputs * stride), scratch(kernels))
            kernels.multiplyColumns(
                weights: w.pointer, outputStep: inputs, inputStep: 1, bias: bias.pointer, x: x.pointer,
                inputs: inputs, outputs: outputs, sliceColumns: slice, stride: stride, adds: false,
                scratch: scratch.pointer, into: y.pointer)
            return y
        }

        /// Added to the inputs themselves.
        func dataGradient(_ kernels: ProductKernels, slice: Int) -> Storage<Float> {
            let (dx, scratch) = (Storage<Float>(x.doubles), scratch(kernels))
            kernels.multiplyColumns(
                weights: w.pointer, outputStep: 1, inputStep: inputs, bias: nil, x: dy.pointer,
                inputs: outputs, outputs: inputs, sliceColumns: slice, stride: stride, adds: true,
                scratch: scratch.pointer, into: dx.pointer)
            return dx
        }

        func weightGradient(_ kernels: ProductKernels, slice: Int) -> Storage<Float> {
            let (dw, scratch) = (Storage<Float>(count: w.count), scratch(kernels))
            kernels.multiplyBatches(
                dy: dy.pointer, x: x.pointer, inputs: inputs, outputs: outputs, sliceColumns: slice,
                stride: stride, scratch: scratch.pointer, into: dw.pointer)
            return dw
        }
    }

    /// Sizes around the blocks: odd sums, fewer inputs than a tile has and more, one slice, two and more than four.
    static let sizes = [(1, 3), (65, 17), (800, 67), (67, 300)]

    @Test(arguments: sizes, [(16, 16), (144, 32), (96, 64)])
    func blasAgrees(_ size: (Int, Int), batch: (stride: Int, slice: Int)) {
        let sides = Sides(size.0, size.1, stride: batch.stride)
        for product in [Sides.forward, Sides.dataGradient, Sides.weightGradient] {
            expectClose(
                product(sides)(.blas, batch.slice).doubles, product(sides)(.own, batch.slice).doubles,
                4 * Float.tolerance, scale: 16)
        }
    }

    /// A sum of products of rounded numbers is, in single precision, that of the rounded numbers.
    @Test(arguments: sizes, [(16, 16), (144, 32)])
    func mixedProductsAreThoseOfRoundedNumbers(_ size: (Int, Int), batch: (stride: Int, slice: Int)) {
        let sides = Sides(size.0, size.1, stride: batch.stride)
        let products = [Sides.forward, Sides.dataGradient, Sides.weightGradient]
        let mixed = products.map { $0(sides)(.mixed, batch.slice).doubles }
        let single = products.map { $0(sides)(.own, batch.slice).doubles }
        let inputs = sides.x.doubles
        for values in [sides.w, sides.x, sides.dy] {
            for index in 0..<values.count { values.pointer[index] = half(values.pointer[index]) }
        }
        for (index, product) in products.enumerated() {
            var rounded = product(sides)(.own, batch.slice).doubles
            // The data gradient was added to what was not rounded.
            if index == 1 { rounded = zip(zip(rounded, sides.x.doubles), inputs).map { $0.0 - $0.1 + $1 } }
            expectClose(mixed[index], rounded, Float.tolerance, scale: 16, "product \(index)")
            // It is another sum than the single one.
            #expect(mixed[index] != single[index])
        }
    }

    /// Whichever way a processor takes, the bits are the same.
    @Test(.enabled(if: multipliesPairs), arguments: sizes)
    func emulationHasTheBitsOfTheInstructions(_ size: (Int, Int)) {
        let (stride, slice) = (48, 16)
        let sides = Sides(size.0, size.1, stride: stride)
        sides.x.pointer[0] = .infinity
        sides.x.pointer[1] = .nan
        sides.w.pointer[0] = .leastNonzeroMagnitude
        let kernels = ProductKernels.mixed
        let scratch = Storage<Float>(
            count: kernels.scratch(inputs: size.0, outputs: size.1, stride: stride, of: Float.self))
        func both(_ product: (_ emulates: Bool, UnsafeMutablePointer<Float>) -> Void, count: Int) {
            let results = [true, false].map { emulates in
                let result = Storage<Float>(count: count)
                product(emulates, result.pointer)
                return result.doubles.map { $0.isNaN ? "nan" : "\($0)" }
            }
            #expect(results[0] == results[1])
        }
        both(
            {
                Float.multiplyMixedColumns(
                    weights: sides.w.pointer, outputStep: size.0, inputStep: 1, bias: nil,
                    x: sides.x.pointer, inputs: size.0, outputs: size.1, stride: stride, adds: false,
                    scratch: scratch.pointer, emulates: $0, into: $1)
            }, count: size.1 * stride)
        both(
            {
                Float.multiplyMixedColumns(
                    weights: sides.w.pointer, outputStep: 1, inputStep: size.0, bias: nil,
                    x: sides.dy.pointer, inputs: size.1, outputs: size.0, stride: stride, adds: true,
                    scratch: scratch.pointer, emulates: $0, into: $1)
            }, count: size.0 * stride)
        both(
            {
                Float.multiplyMixedBatches(
                    dy: sides.dy.pointer, x: sides.x.pointer, inputs: size.0, outputs: size.1,
                    sliceColumns: slice, stride: stride, scratch: scratch.pointer, emulates: $0, into: $1)
            }, count: size.0 * size.1)
    }

    /// Ranks that hold whole slices find the columns that one rank finds, and weight gradients that add up pairwise to
    /// its bits.
    @Test(arguments: [ProductKernels.own, .blas, .mixed], [(67, 300), (300, 67)])
    func ranksFindTheBitsOfOne(_ kernels: ProductKernels, size: (Int, Int)) {
        let (stride, slice) = (128, 32)
        let whole = Sides(size.0, size.1, stride: stride)
        func part(_ slices: Range<Int>) -> (columns: [Double], gradient: [Float]) {
            let sides = Sides(whole, columns: slices.lowerBound * slice..<slices.upperBound * slice)
            let gradient = sides.weightGradient(kernels, slice: slice)
            return (
                sides.forward(kernels, slice: slice).doubles
                    + sides.dataGradient(kernels, slice: slice).doubles,
                (0..<gradient.count).map { gradient.pointer[$0] }
            )
        }
        func columns(_ all: [Double], _ slices: Range<Int>) -> [Double] {
            let held = slices.lowerBound * slice..<slices.upperBound * slice
            return all.enumerated().filter { held.contains($0.offset % stride) }.map(\.element)
        }
        let one = part(0..<4)
        let parts = [0..<1, 1..<2, 2..<3, 3..<4, 0..<2, 2..<4]
        for slices in parts { #expect(part(slices).columns == columns(one.columns, slices)) }
        let gradients = parts.map { part($0).gradient }
        #expect(added(gradients[4], gradients[5]) == one.gradient)
        #expect(added(added(gradients[0], gradients[1]), gradients[5]) == one.gradient)
        #expect(
            added(added(gradients[0], gradients[1]), added(gradients[2], gradients[3])) == one.gradient)
    }

    /// Sparse products have the bits of dense ones.
    @Test(arguments: [(70, 65), (300, 130)], [(16, 16), (144, 48)])
    func sparseInputsChangeNothing(_ size: (features: Int, outputs: Int), batch: (stride: Int, slice: Int)) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let (features, outputs, stride) = (size.features, size.outputs, batch.stride)
            var values = Values(32)
            let x = Storage<R>(
                values.list(features * stride).map { abs($0) < 0.93 ? 0 : $0 })
            let (w, bias) = (
                Storage<R>(values.list(features * outputs)), Storage<R>(values.list(outputs))
            )
            let dy = Storage<R>(values.list(outputs * stride))
            let scratch = Storage<R>(count: paddedStride(features) * stride)
            let dense = (Storage<R>(count: outputs * stride), Storage<R>(count: w.count))
            R.multiplyColumns(
                weights: w.pointer, outputStep: features, inputStep: 1, bias: bias.pointer, x: x.pointer,
                inputs: features, outputs: outputs, stride: stride, adds: false, into: dense.0.pointer)
            R.multiplyBatches(
                dy: dy.pointer, x: x.pointer, inputs: features, outputs: outputs,
                sliceColumns: batch.slice, stride: stride, scratch: scratch.pointer, into: dense.1.pointer)

            let inputs = SparseInputs<R>(features: features, capacity: stride)
            #expect(inputs.list(x.pointer, stride: stride))
            let work = Storage<R>(count: SparseInputs<R>.scratch(stride: stride))
            let sparse = (Storage<R>(count: outputs * stride), Storage<R>(count: w.count))
            inputs.multiply(
                weights: w.pointer, bias: bias.pointer, outputs: outputs, stride: stride,
                scratch: work.pointer, into: sparse.0.pointer)
            inputs.multiplyBatches(
                dy: dy.pointer, outputs: outputs, sliceColumns: batch.slice, stride: stride,
                scratch: work.pointer, into: sparse.1.pointer)
            #expect(sparse.0.doubles == dense.0.doubles)
            #expect(sparse.1.doubles == dense.1.doubles)
        }
    }

    @Test func fullInputsAreNotListed() {
        let inputs = SparseInputs<Float>(features: 40, capacity: 32)
        var values = Values(33)
        let x = Storage<Float>(values.list(40 * 32))
        #expect(!inputs.list(x.pointer, stride: 32) && !inputs.isListed)
        x.zero()
        #expect(inputs.list(x.pointer, stride: 32) && inputs.isListed)
    }
}
