/// Which input pixels reach which output pixels of a convolution, and through which kernel position.
///
/// A table is all that distinguishes a convolution from its data gradient and from a transposed
/// convolution: the kernel ``Real/convolve(_:weights:bias:inputChannels:outputChannels:input:output:stride:)``
/// runs over any of them. A pair of pixels is joined by one position at most.
public struct TapTable: Sendable {
    /// Height times width of the input.
    public let inputPixels: Int
    /// Height times width of the output.
    public let outputPixels: Int
    /// Kernel height times kernel width.
    public let positions: Int

    /// The taps of each output pixel; the other pixel of each is an input pixel.
    let byOutput: Taps
    /// The same taps by input pixel; the other pixel of each is an output pixel.
    let byInput: Taps
    /// Output pixels two by two, for maps of few output channels.
    let blocks: PixelBlocks

    private let inputWidth: Int
    private let outputWidth: Int

    /// Taps in rows, one row for each pixel of one side.
    struct Taps: Sendable {
        /// Taps of pixel `p` are `start[p] ..< start[p + 1]`.
        let start: [Int32]
        /// The pixel of the other side.
        let other: [Int32]
        /// The kernel position, `ky * kernelWidth + kx`.
        let position: [Int32]
        /// Pixels that share a list of positions.
        let groups: PixelGroups

        init(start: [Int32], other: [Int32], position: [Int32]) {
            self.start = start
            self.other = other
            self.position = position
            groups = PixelGroups(start: start, position: position)
        }
    }

    /// Whether sums of weight gradients run over the input's pixels: those of the smaller map, which have many taps,
    /// unless that has too few channels for a block and the other map does not.
    func sumsByInput(inputChannels: Int, outputChannels: Int) -> Bool {
        let block = 8
        if outputChannels < block && inputChannels >= block { return true }
        if inputChannels < block && outputChannels >= block { return false }
        return inputPixels < outputPixels
    }

    /// Values that ``Real/convolutionWeightGradient(_:inputChannels:outputChannels:inputsFirst:input:outputGradient:sliceColumns:stride:scratch:into:)``
    /// writes besides its results: four partial sums, for whole vectors of channels, and rows of channels.
    public func weightGradientScratch(inputChannels: Int, outputChannels: Int) -> Int {
        let byInput = sumsByInput(inputChannels: inputChannels, outputChannels: outputChannels)
        let (fixed, listed) = byInput ? (inputChannels, outputChannels) : (outputChannels, inputChannels)
        let row = paddedStride(fixed)
        return 4 * positions * listed * row + max(64 * 1024, 64 * row)
    }

    /// How many pairs of pixels the kernel joins. A convolution and each of its gradients take
    /// `2 * taps * input channels * output channels` operations for a sample.
    public var taps: Int { byOutput.other.count }

    /// The table of a convolution (cross-correlation, as every framework defines it) with a square kernel.
    ///
    /// - Parameter farPadding: zeros at the far ends beyond those on both sides.
    public static func convolution(
        height: Int, width: Int, kernel: Int, stride: Int, padding: Int, farPadding: Int = 0
    ) -> TapTable {
        let zeros = 2 * padding + farPadding
        let outHeight = (height + zeros - kernel) / stride + 1
        let outWidth = (width + zeros - kernel) / stride + 1
        precondition(
            height + zeros >= kernel && width + zeros >= kernel,
            "kernel \(kernel) does not fit \(height)x\(width)")

        var (start, other, position) = ([Int32(0)], [Int32](), [Int32]())
        for oy in 0..<outHeight {
            for ox in 0..<outWidth {
                for ky in 0..<kernel {
                    for kx in 0..<kernel {
                        let y = oy * stride + ky - padding
                        let x = ox * stride + kx - padding
                        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                        other.append(Int32(y * width + x))
                        position.append(Int32(ky * kernel + kx))
                    }
                }
                start.append(Int32(other.count))
            }
        }
        let byOutput = Taps(start: start, other: other, position: position)
        return TapTable(
            byOutput: byOutput, byInput: byOutput.transposed(pixels: height * width),
            positions: kernel * kernel,
            inputWidth: width, outputWidth: outWidth)
    }

    /// The table of a transposed convolution: the data gradient of the convolution that maps its output
    /// to its input `height x width`.
    public static func transposedConvolution(
        height: Int, width: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int
    ) -> TapTable {
        precondition(
            outputPadding < stride, "output padding \(outputPadding) must be less than stride \(stride)")
        return convolution(
            height: (height - 1) * stride - 2 * padding + kernel + outputPadding,
            width: (width - 1) * stride - 2 * padding + kernel + outputPadding,
            kernel: kernel, stride: stride, padding: padding
        ).reversed
    }

    /// The table that carries gradients back: inputs and outputs exchanged.
    public var reversed: TapTable {
        TapTable(
            byOutput: byInput, byInput: byOutput, positions: positions, inputWidth: outputWidth,
            outputWidth: inputWidth)
    }

    private init(byOutput: Taps, byInput: Taps, positions: Int, inputWidth: Int, outputWidth: Int) {
        self.byOutput = byOutput
        self.byInput = byInput
        self.positions = positions
        self.inputWidth = inputWidth
        self.outputWidth = outputWidth
        inputPixels = byInput.start.count - 1
        outputPixels = byOutput.start.count - 1
        blocks = PixelBlocks(byOutput, width: outputWidth)
    }
}

extension TapTable.Taps {
    /// The same taps in rows of the other side, which has `pixels` pixels.
    fileprivate func transposed(pixels: Int) -> TapTable.Taps {
        var rows = [[(pixel: Int32, position: Int32)]](repeating: [], count: pixels)
        for pixel in 0..<start.count - 1 {
            for tap in Int(start[pixel])..<Int(start[pixel + 1]) {
                rows[Int(other[tap])].append((Int32(pixel), position[tap]))
            }
        }
        var ends = [Int32(0)]
        for row in rows { ends.append(ends.last! + Int32(row.count)) }
        return TapTable.Taps(
            start: ends, other: rows.flatMap { $0.map(\.pixel) },
            position: rows.flatMap { $0.map(\.position) })
    }
}
