/// Which input pixels reach which output pixels of a convolution, and through which kernel position.
///
/// A table is all that distinguishes a convolution from its data gradient and from a transposed
/// convolution: the kernel ``Real/convolve(_:weights:bias:inputChannels:outputChannels:input:output:stride:)``
/// runs over any of them.
public struct TapTable: Sendable {
    /// Height times width of the input.
    public let inputPixels: Int
    /// Height times width of the output.
    public let outputPixels: Int
    /// Kernel height times kernel width.
    public let positions: Int

    /// Taps of output pixel `p` are `tapStart[p] ..< tapStart[p + 1]`.
    public let tapStart: [Int32]
    /// Input pixel of each tap.
    public let tapInput: [Int32]
    /// Kernel position of each tap, `ky * kernelWidth + kx`.
    public let tapPosition: [Int32]

    /// Output pixels are cut into groups whose maps fit the cache; the weight gradient runs group by group.
    public let groups: Int
    /// Pairs of group `g` and position `k` are `pairStart[g * positions + k] ..< pairStart[g * positions + k + 1]`.
    public let pairStart: [Int32]
    /// Input pixel of each pair.
    public let pairInput: [Int32]
    /// Output pixel of each pair.
    public let pairOutput: [Int32]

    /// A tap: input pixel `input` reaches output pixel `output` through kernel position `position`.
    private struct Tap {
        var input: Int
        var output: Int
        var position: Int
    }

    private init(taps: [Tap], inputPixels: Int, outputPixels: Int, positions: Int, pixelsPerGroup: Int) {
        self.inputPixels = inputPixels
        self.outputPixels = outputPixels
        self.positions = positions

        let byOutput = taps.sorted { ($0.output, $0.position, $0.input) < ($1.output, $1.position, $1.input) }
        var tapStart = [Int32](repeating: 0, count: outputPixels + 1)
        for tap in byOutput { tapStart[tap.output + 1] += 1 }
        for pixel in 0..<outputPixels { tapStart[pixel + 1] += tapStart[pixel] }
        self.tapStart = tapStart
        tapInput = byOutput.map { Int32($0.input) }
        tapPosition = byOutput.map { Int32($0.position) }

        let groups = (outputPixels + pixelsPerGroup - 1) / pixelsPerGroup
        let byPosition = byOutput.sorted {
            ($0.output / pixelsPerGroup, $0.position, $0.output) < ($1.output / pixelsPerGroup, $1.position, $1.output)
        }
        var pairStart = [Int32](repeating: 0, count: groups * positions + 1)
        for tap in byPosition { pairStart[tap.output / pixelsPerGroup * positions + tap.position + 1] += 1 }
        for index in 0..<groups * positions { pairStart[index + 1] += pairStart[index] }
        self.groups = groups
        self.pairStart = pairStart
        pairInput = byPosition.map { Int32($0.input) }
        pairOutput = byPosition.map { Int32($0.output) }
    }

    /// The table of a convolution (cross-correlation, as every framework defines it) with a square kernel.
    public static func convolution(height: Int, width: Int, kernel: Int, stride: Int, padding: Int) -> TapTable {
        let outHeight = (height + 2 * padding - kernel) / stride + 1
        let outWidth = (width + 2 * padding - kernel) / stride + 1
        precondition(outHeight > 0 && outWidth > 0, "kernel \(kernel) does not fit \(height)x\(width)")
        return TapTable(
            taps: taps(
                height: height, width: width, outHeight: outHeight, outWidth: outWidth,
                kernel: kernel, stride: stride, padding: padding),
            inputPixels: height * width, outputPixels: outHeight * outWidth, positions: kernel * kernel,
            pixelsPerGroup: outWidth)
    }

    /// The table of a transposed convolution: the data gradient of the convolution that maps its output
    /// `outHeight x outWidth` to its input `height x width`.
    public static func transposedConvolution(
        height: Int, width: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int
    ) -> TapTable {
        let outHeight = (height - 1) * stride - 2 * padding + kernel + outputPadding
        let outWidth = (width - 1) * stride - 2 * padding + kernel + outputPadding
        let taps = taps(
            height: outHeight, width: outWidth, outHeight: height, outWidth: width,
            kernel: kernel, stride: stride, padding: padding)
        return TapTable(
            taps: taps.map { Tap(input: $0.output, output: $0.input, position: $0.position) },
            inputPixels: height * width, outputPixels: outHeight * outWidth, positions: kernel * kernel,
            pixelsPerGroup: outWidth)
    }

    /// The table that carries gradients back: inputs and outputs exchanged.
    public var reversed: TapTable {
        var taps: [Tap] = []
        taps.reserveCapacity(tapInput.count)
        for pixel in 0..<outputPixels {
            for tap in Int(tapStart[pixel])..<Int(tapStart[pixel + 1]) {
                taps.append(Tap(input: pixel, output: Int(tapInput[tap]), position: Int(tapPosition[tap])))
            }
        }
        return TapTable(
            taps: taps, inputPixels: outputPixels, outputPixels: inputPixels, positions: positions,
            pixelsPerGroup: inputPixels)
    }

    private static func taps(
        height: Int, width: Int, outHeight: Int, outWidth: Int, kernel: Int, stride: Int, padding: Int
    ) -> [Tap] {
        var taps: [Tap] = []
        for oy in 0..<outHeight {
            for ox in 0..<outWidth {
                for ky in 0..<kernel {
                    for kx in 0..<kernel {
                        let y = oy * stride + ky - padding
                        let x = ox * stride + kx - padding
                        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                        taps.append(
                            Tap(input: y * width + x, output: oy * outWidth + ox, position: ky * kernel + kx))
                    }
                }
            }
        }
        return taps
    }
}
