import Testing

@testable import Kernels

/// The kernels for many channels against those for few, which are checked by the formulas.
@Suite struct MinimalFilteringTests {
    struct Shape: Sendable {
        /// Side of the large map.
        var side: Int
        var kernel: Int
        var stride = 1
        var padding = 0
        /// Rows and columns of the large map that no tap reaches.
        var outputPadding = 0
        /// Channels of the large map.
        var large = 32
        /// Channels of the small map.
        var small = 48

        var smallSide: Int { (side - outputPadding + 2 * padding - kernel) / stride + 1 }
        /// From the large map to the small one.
        var taps: TapTable {
            TapTable.transposedConvolution(
                height: smallSide, width: smallSide, kernel: kernel, stride: stride, padding: padding,
                outputPadding: outputPadding
            ).reversed
        }
        var filtering: MinimalFiltering? {
            MinimalFiltering(
                largeSide: side, smallSide: smallSide, kernel: kernel, step: stride, padding: padding,
                largeChannels: large, smallChannels: small, taps: taps)
        }
    }

    @Test(
        arguments: [
            // Each number of points with each number of taps.
            Shape(side: 6, kernel: 2), Shape(side: 4, kernel: 3, padding: 1),
            Shape(side: 14, kernel: 4, padding: 1), Shape(side: 7, kernel: 5, padding: 2),
            Shape(side: 6, kernel: 3, padding: 1),
            Shape(side: 8, kernel: 3, padding: 1, large: 48, small: 32),
            // Phases; tiles that reach beyond the map; pixels that no tile reaches.
            Shape(side: 12, kernel: 4, stride: 2, padding: 1), Shape(side: 7, kernel: 5, stride: 2),
            Shape(side: 15, kernel: 4, stride: 2, outputPadding: 1),
        ], [(16, 16), (48, 16), (112, 64)])
    func agreesWithTheKernelsForFewChannels(_ shape: Shape, _ batch: (columns: Int, slice: Int)) throws {
        try check(Float.self)
        try check(Double.self)

        func check<R: Real>(_: R.Type) throws {
            let filtering = try #require(shape.filtering)
            let (toSmall, columns) = (shape.taps, batch.columns)
            let positions = toSmall.positions
            var values = Values(30)
            func storage(_ count: Int) -> Storage<R> { values.storage(count, in: -0.5...0.5) }
            let large = storage(shape.large * toSmall.inputPixels * columns)
            let small = storage(shape.small * toSmall.outputPixels * columns)
            let weights = storage(positions * shape.small * shape.large)
            let bias = storage(max(shape.large, shape.small))
            let packed = Storage<R>(count: weights.count)
            let scratch = Storage<R>(count: filtering.scratch)
            // Of sums of hundreds of products of numbers up to a half, by other roundings.
            let tolerance = 64 * R.tolerance

            let (expectedSmall, actualSmall) = (
                Storage<R>(count: small.count), Storage<R>(count: small.count)
            )
            R.packWeights(
                weights.pointer, a: shape.small, b: shape.large, positions: positions, swapped: false,
                into: packed.pointer)
            R.convolve(
                toSmall, weights: packed.pointer, bias: bias.pointer, inputChannels: shape.large,
                outputChannels: shape.small, input: large.pointer, output: expectedSmall.pointer,
                stride: columns)
            R.filterToSmall(
                filtering, weights: weights.pointer, bias: bias.pointer, large: large.pointer,
                small: actualSmall.pointer, stride: columns, scratch: scratch.pointer)
            expectClose(actualSmall.doubles, expectedSmall.doubles, tolerance, "small")

            let (expectedLarge, actualLarge) = (
                Storage<R>(count: large.count), Storage<R>(count: large.count)
            )
            R.packWeights(
                weights.pointer, a: shape.small, b: shape.large, positions: positions, swapped: true,
                into: packed.pointer)
            R.convolve(
                toSmall.reversed, weights: packed.pointer, bias: bias.pointer, inputChannels: shape.small,
                outputChannels: shape.large, input: small.pointer, output: expectedLarge.pointer,
                stride: columns)
            // What the map holds before does not matter.
            for index in 0..<large.count { actualLarge.pointer[index] = .nan }
            R.filterToLarge(
                filtering, weights: weights.pointer, bias: bias.pointer, small: small.pointer,
                large: actualLarge.pointer, stride: columns, scratch: scratch.pointer)
            expectClose(actualLarge.doubles, expectedLarge.doubles, tolerance, "large")

            let (expected, actual) = (Storage<R>(count: weights.count), Storage<R>(count: weights.count))
            let sums = Storage<R>(
                count: toSmall.weightGradientScratch(
                    inputChannels: shape.large, outputChannels: shape.small))
            R.convolutionWeightGradient(
                toSmall, inputChannels: shape.large, outputChannels: shape.small, inputsFirst: false,
                input: large.pointer, outputGradient: small.pointer, sliceColumns: batch.slice,
                stride: columns, scratch: sums.pointer, into: expected.pointer)
            R.filteringWeightGradient(
                filtering, large: large.pointer, small: small.pointer, sliceColumns: batch.slice,
                stride: columns, scratch: scratch.pointer, into: actual.pointer)
            expectClose(
                actual.doubles, expected.doubles, tolerance, scale: Double(toSmall.outputPixels), "gradient")
        }
    }

    /// A column's result does not depend on the columns beside it, nor on how many there are.
    @Test func columnsStandForThemselves() throws {
        let shape = Shape(side: 6, kernel: 3, padding: 1)
        let filtering = try #require(shape.filtering)
        let (columns, part) = (48, 16)
        var values = Values(31)
        let large: Storage<Float> = values.storage(shape.large * 36 * columns)
        let weights: Storage<Float> = values.storage(9 * shape.small * shape.large)
        let scratch = Storage<Float>(count: filtering.scratch)
        func small(_ large: Storage<Float>, stride: Int) -> [Double] {
            let small = Storage<Float>(count: shape.small * 36 * stride)
            Float.filterToSmall(
                filtering, weights: weights.pointer, bias: nil, large: large.pointer, small: small.pointer,
                stride: stride, scratch: scratch.pointer)
            return small.doubles
        }
        let last = Storage<Float>(count: large.count / 3)
        for index in 0..<last.count {
            last.pointer[index] = large.pointer[index / part * columns + columns - part + index % part]
        }
        let (whole, alone) = (small(large, stride: columns), small(last, stride: part))
        #expect(
            alone.indices.allSatisfy {
                alone[$0] == whole[$0 / part * columns + columns - part + $0 % part]
            })
    }

    /// Ranks that hold whole slices find the bits of one that holds all: they hold one partial sum each.
    @Test func slicesAreSummedAlikeOnOneRankAndFour() throws {
        let shape = Shape(side: 4, kernel: 3, padding: 1, large: 32, small: 32)
        let filtering = try #require(shape.filtering)
        let (channels, slice) = (32, 16)
        var values = Values(32)
        let large: Storage<Float> = values.storage(channels * 16 * 4 * slice)
        let small: Storage<Float> = values.storage(channels * 16 * 4 * slice)
        let scratch = Storage<Float>(count: filtering.scratch)
        func gradient(_ large: Storage<Float>, _ small: Storage<Float>, columns: Int) -> [Double] {
            let gradient = Storage<Float>(count: 9 * channels * channels)
            Float.filteringWeightGradient(
                filtering, large: large.pointer, small: small.pointer, sliceColumns: slice, stride: columns,
                scratch: scratch.pointer, into: gradient.pointer)
            return gradient.doubles
        }
        func part(_ values: Storage<Float>, _ rank: Int) -> Storage<Float> {
            let part = Storage<Float>(count: values.count / 4)
            for index in 0..<part.count {
                part.pointer[index] = values.pointer[index / slice * 4 * slice + rank * slice + index % slice]
            }
            return part
        }
        let parts = (0..<4).map { gradient(part(large, $0), part(small, $0), columns: slice).map(Float.init) }
        let sum = parts[0].indices.map {
            Double((parts[0][$0] + parts[1][$0]) + (parts[2][$0] + parts[3][$0]))
        }
        #expect(sum == gradient(large, small, columns: 4 * slice))
    }

    @Test func isTakenOnlyWhereItMultipliesLess() {
        // One pixel is left: every product is wanted.
        #expect(Shape(side: 5, kernel: 5).filtering == nil)
        #expect(Shape(side: 5, kernel: 1).filtering == nil)
        #expect(Shape(side: 9, kernel: 3, stride: 2).filtering == nil)
        #expect(Shape(side: 6, kernel: 3, padding: 1, large: 16).filtering == nil)
        #expect(Shape(side: 6, kernel: 3, padding: 1, small: 40).filtering == nil)
    }
}
