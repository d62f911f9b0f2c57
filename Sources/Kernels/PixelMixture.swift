/// Which input pixels make up each output pixel of a map, and with which weights: pooling, upsampling, and through
/// the transposed table their gradients.
public struct PixelMixture: Sendable {
    /// Height times width of the input.
    public let inputPixels: Int
    /// Height times width of the output.
    public let outputPixels: Int

    /// Terms of output pixel `p` are `start[p] ..< start[p + 1]`.
    let start: [Int32]
    /// Input pixel of each term.
    let input: [Int32]
    /// Weight of each term.
    public let weights: [Double]

    /// The mean over 3x3 pixels at every second pixel of a square map, zeros around it counted in (PyTorch's
    /// `AvgPool2d(3, stride=2, padding=1)`).
    public static func averagePool(side: Int) -> PixelMixture {
        let outputSide = (side - 1) / 2 + 1
        let axis: [[Term]] = (0..<outputSide).map { at in
            let window = max(2 * at - 1, 0)...min(2 * at + 1, side - 1)
            return window.map { (pixel: $0, weight: 1 / 3.0) }
        }
        return PixelMixture(axis: axis, inputSide: side)
    }

    /// The mean over those of 3x3 pixels that are in the map, from every second pixel of it on (Keras's
    /// `AveragePooling2D(3, strides=2, padding="same")`, of a map with an even side).
    public static func averagePoolInside(side: Int) -> PixelMixture {
        let before = side % 2
        let axis: [[Term]] = (0..<(side - 1) / 2 + 1).map { at in
            let window = max(2 * at - before, 0)...min(2 * at - before + 2, side - 1)
            return window.map { (pixel: $0, weight: 1 / Double(window.count)) }
        }
        return PixelMixture(axis: axis, inputSide: side)
    }

    /// Twice the side, bilinear between the centres of pixels and constant beyond them (PyTorch's
    /// `Upsample(scale_factor=2, mode='bilinear', align_corners=False)`).
    public static func bilinearUpsampling(side: Int) -> PixelMixture {
        let axis: [[Term]] = (0..<2 * side).map { at in
            // The centre of the output pixel is (at + ½) / 2 - ½ in the input: a quarter from its nearest pixel.
            let near = at / 2
            let far = at % 2 == 0 ? max(near - 1, 0) : min(near + 1, side - 1)
            if near == far { return [(pixel: near, weight: 1)] }
            let terms: [Term] = [(pixel: near, weight: 0.75), (pixel: far, weight: 0.25)]
            return near < far ? terms : terms.reversed()
        }
        return PixelMixture(axis: axis, inputSide: side)
    }

    /// An input pixel's part in an output pixel, along one axis.
    private typealias Term = (pixel: Int, weight: Double)

    /// The product of the same mixture along both axes.
    private init(axis: [[Term]], inputSide: Int) {
        var (start, input, weights) = ([Int32(0)], [Int32](), [Double]())
        for rows in axis {
            for columns in axis {
                for row in rows {
                    for column in columns {
                        input.append(Int32(row.pixel * inputSide + column.pixel))
                        weights.append(row.weight * column.weight)
                    }
                }
                start.append(Int32(input.count))
            }
        }
        self.init(
            inputPixels: inputSide * inputSide, outputPixels: axis.count * axis.count, start: start,
            input: input, weights: weights)
    }

    private init(inputPixels: Int, outputPixels: Int, start: [Int32], input: [Int32], weights: [Double]) {
        self.inputPixels = inputPixels
        self.outputPixels = outputPixels
        self.start = start
        self.input = input
        self.weights = weights
    }

    /// The mixture that carries gradients back.
    public var transposed: PixelMixture {
        var terms = [[(pixel: Int32, weight: Double)]](repeating: [], count: inputPixels)
        for pixel in 0..<outputPixels {
            for term in Int(start[pixel])..<Int(start[pixel + 1]) {
                terms[Int(input[term])].append((Int32(pixel), weights[term]))
            }
        }
        var ends = [Int32(0)]
        for row in terms { ends.append(ends.last! + Int32(row.count)) }
        return PixelMixture(
            inputPixels: outputPixels, outputPixels: inputPixels, start: ends,
            input: terms.flatMap { $0.map(\.pixel) }, weights: terms.flatMap { $0.map(\.weight) })
    }
}
