extension KernelCase {
    /// Convolutions of many channels, those of the Omniglot decoder and one of a residual block, each with both gradients.
    /// Their speeds count the operations of the formula, of which minimal filtering does fewer.
    static func filteringCases(batch: Int) -> [KernelCase] {
        let shapes:
            [(
                name: String, large: Int, small: Int, kernel: Int, step: Int, padding: Int,
                channels: (Int, Int)
            )] =
                [
                    ("transposed conv 5x5 128→128, 2→7", 7, 2, 5, 2, 0, (128, 128)),
                    ("conv 4x4 128→64, 7→6", 7, 6, 4, 1, 1, (128, 64)),
                    ("transposed conv 4x4 64→64, 6→14", 14, 6, 4, 2, 0, (64, 64)),
                    ("conv 4x4 64→32, 14→13", 14, 13, 4, 1, 1, (64, 32)),
                    ("transposed conv 4x4 32→32, 13→29", 29, 13, 4, 2, 0, (32, 32)),
                    ("conv 3x3 64→64, 16→16", 16, 16, 3, 1, 1, (64, 64)),
                ]
        return shapes.flatMap { shape in
            filteringCases(
                name: shape.name,
                taps: .convolution(
                    height: shape.large, width: shape.large, kernel: shape.kernel, stride: shape.step,
                    padding: shape.padding),
                sides: (shape.large, shape.small), kernel: shape.kernel, step: shape.step,
                padding: shape.padding, channels: shape.channels, batch: batch)
        }
    }

    private static func filteringCases(
        name: String, taps: TapTable, sides: (large: Int, small: Int), kernel: Int, step: Int, padding: Int,
        channels: (large: Int, small: Int), batch: Int
    ) -> [KernelCase] {
        guard
            let filtering = MinimalFiltering(
                largeSide: sides.large, smallSide: sides.small, kernel: kernel, step: step, padding: padding,
                largeChannels: channels.large, smallChannels: channels.small, taps: taps)
        else { preconditionFailure("\(name): other kernels take it") }
        let (large, small) = (
            values(taps.inputPixels * channels.large * batch),
            values(taps.outputPixels * channels.small * batch)
        )
        let weights = values(taps.positions * channels.large * channels.small)
        let (largeResult, smallResult) = (values(large.count), values(small.count))
        let gradient = values(weights.count)
        let scratch = values(filtering.scratch)
        let work = Double(2 * taps.taps * channels.large * channels.small * batch)
        let toSmall = {
            R.filterToSmall(
                filtering, weights: weights.pointer, bias: nil, large: large.pointer,
                small: smallResult.pointer, stride: batch, scratch: scratch.pointer)
        }
        let toLarge = {
            R.filterToLarge(
                filtering, weights: weights.pointer, bias: nil, small: small.pointer,
                large: largeResult.pointer, stride: batch, scratch: scratch.pointer)
        }
        let isTransposed = step > 1
        let (forward, backward) = isTransposed ? (largeResult, smallResult) : (smallResult, largeResult)
        return [
            KernelCase(
                name: name, unit: .gigaflops, work: work, result: { forward.doubles },
                call: isTransposed ? toLarge : toSmall),
            KernelCase(
                name: name + ", data gradient", unit: .gigaflops, work: work, result: { backward.doubles },
                call: isTransposed ? toSmall : toLarge),
            KernelCase(
                name: name + ", weight gradient", unit: .gigaflops, work: work, result: { gradient.doubles }
            ) {
                R.filteringWeightGradient(
                    filtering, large: large.pointer, small: small.pointer,
                    sliceColumns: paddedStride(batch / 4), stride: batch, scratch: scratch.pointer,
                    into: gradient.pointer)
            },
        ]
    }
}
