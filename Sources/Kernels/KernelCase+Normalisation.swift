extension KernelCase {
    /// The decoder's three normalisations and that of a stacked hidden layer, with their gradients.
    static func normalisationCases(batch: Int) -> [KernelCase] {
        [(288, 1), (16, 49), (8, 196), (128, 1)].flatMap { channels, pixels in
            normalisationCases(channels: channels, pixels: pixels, batch: batch)
        }
    }

    private static func normalisationCases(channels: Int, pixels: Int, batch: Int) -> [KernelCase] {
        let count = channels * pixels * batch
        let (x, y, dy, dx) = (values(count), values(count), values(count), values(count))
        let parameters = values(channels)
        let moments = Storage<Double>(count: 2 * channels)
        let gradients = values(2 * channels)
        let shape = "\(channels)x\(pixels)"
        let bytes = Double(count * MemoryLayout<R>.stride)
        return [
            KernelCase(
                name: "batch moments \(shape)", unit: .gigabytes, work: bytes, result: { moments.doubles }
            ) {
                R.batchMoments(
                    x.pointer, origin: parameters.pointer, channels: channels, pixels: pixels, columns: batch,
                    sliceColumns: paddedStride(batch / 4), stride: batch, into: moments.pointer)
            },
            KernelCase(
                name: "normalise \(shape)", unit: .gigabytes, work: 2 * bytes, result: { y.doubles }
            ) {
                R.normalise(
                    x.pointer, channels: channels, pixels: pixels, stride: batch, mean: parameters.pointer,
                    inverseDeviation: parameters.pointer, scale: parameters.pointer,
                    shift: parameters.pointer, slope: 0.3, into: y.pointer)
            },
            KernelCase(
                name: "normalise \(shape), gradient moments", unit: .gigabytes, work: 2 * bytes,
                result: { moments.doubles + gradients.doubles }
            ) {
                R.normaliseGradientMoments(
                    x.pointer, dy: dy.pointer, channels: channels, pixels: pixels,
                    sliceColumns: paddedStride(batch / 4), stride: batch,
                    mean: parameters.pointer, inverseDeviation: parameters.pointer, scale: parameters.pointer,
                    shift: parameters.pointer, slope: 0.3, into: moments.pointer,
                    scaleGradient: gradients.pointer, shiftGradient: gradients.pointer + channels)
            },
            KernelCase(
                name: "normalise \(shape), gradient", unit: .gigabytes, work: 3 * bytes,
                result: { dx.doubles }
            ) {
                R.normaliseGradient(
                    x.pointer, dy: dy.pointer, channels: channels, pixels: pixels, columns: batch,
                    stride: batch, mean: parameters.pointer, inverseDeviation: parameters.pointer,
                    scale: parameters.pointer, shift: parameters.pointer, slope: 0.3,
                    meanH: parameters.pointer, meanHX: parameters.pointer, into: dx.pointer)
            },
        ]
    }
}
