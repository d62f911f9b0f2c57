import Kernels

/// A square convolution, plain or transposed, on maps `[channels, pixels, stride]`.
///
/// Weights are `[out, in, k, k]` (plain) or `[in, out, k, k]` (transposed), as in PyTorch.
public final class Convolution<R: Real>: Layer {
    /// The geometry of a convolution.
    public struct Geometry: Sendable, Equatable {
        /// Whether it is the transpose (a stride enlarges the map).
        public var isTransposed = false
        /// Side of the kernel.
        public var kernel: Int
        /// Step between taps' origins.
        public var stride: Int
        /// Zeros around the (larger) map.
        public var padding: Int
        /// Rows and columns added at the far end of a transposed convolution's output.
        public var outputPadding = 0
        /// Zeros at the far end of a plain convolution's input, beyond ``padding``.
        public var farPadding = 0

        /// A plain convolution.
        public static func plain(kernel: Int, stride: Int, padding: Int) -> Geometry {
            Geometry(kernel: kernel, stride: stride, padding: padding)
        }

        /// A plain convolution whose output is as large as its input: of the zeros that an even kernel takes one more is at
        /// the far end (Keras's `padding="same"`).
        public static func same(kernel: Int) -> Geometry {
            Geometry(
                kernel: kernel, stride: 1, padding: (kernel - 1) / 2, farPadding: (kernel - 1) % 2)
        }

        /// A transposed convolution.
        public static func transposed(kernel: Int, stride: Int, padding: Int, outputPadding: Int) -> Geometry
        {
            Geometry(
                isTransposed: true, kernel: kernel, stride: stride, padding: padding,
                outputPadding: outputPadding)
        }

        /// The side of the output for an input of side `side`.
        public func outputSide(_ side: Int) -> Int {
            isTransposed
                ? (side - 1) * stride - 2 * padding + kernel + outputPadding
                : (side + 2 * padding + farPadding - kernel) / stride + 1
        }
    }

    /// `[outputChannels * pixels, stride]`.
    public let output: Activation<R>
    /// Side of the output map.
    public let outputSide: Int
    private let input: Activation<R>
    private let inputGradient: InputGradient
    private let arena: Arena<R>
    private let inputChannels: Int
    private let outputChannels: Int
    private let isTransposed: Bool
    private let weight: Tensor
    private let bias: Tensor?
    private let taps: TapTable
    private let reversedTaps: TapTable
    private let packed: Storage<R>
    /// How the kernels for many channels compute it, if they do.
    private let filtering: MinimalFiltering?

    /// - Parameters:
    ///   - name: path below which the tensors stand.
    ///   - inputSide: side of the square input map; its channels follow from the input's rows.
    ///   - gradientOverOutput: whether the output's gradient may take the place of its values, which nobody reads
    ///     once the gradient is known.
    public init(
        _ name: String, _ geometry: Geometry, outputChannels: Int, inputSide: Int, input: Activation<R>,
        inputGradient: InputGradient, bias: Bool, gradientOverOutput: Bool = false, arena: Arena<R>,
        pass: Pass<R>,
        training: Bool
    ) {
        let inputChannels = input.rows / (inputSide * inputSide)
        precondition(inputChannels * inputSide * inputSide == input.rows, "\(name): input is not square")
        let positions = geometry.kernel * geometry.kernel
        isTransposed = geometry.isTransposed
        self.input = input
        self.inputGradient = inputGradient
        self.arena = arena
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        outputSide = geometry.outputSide(inputSide)
        if geometry.isTransposed {
            taps = .transposedConvolution(
                height: inputSide, width: inputSide, kernel: geometry.kernel, stride: geometry.stride,
                padding: geometry.padding, outputPadding: geometry.outputPadding)
        } else {
            taps = .convolution(
                height: inputSide, width: inputSide, kernel: geometry.kernel, stride: geometry.stride,
                padding: geometry.padding, farPadding: geometry.farPadding)
        }
        reversedTaps = taps.reversed
        let shape = isTransposed ? [inputChannels, outputChannels] : [outputChannels, inputChannels]
        // PyTorch counts the second dimension as fan-in, for a transposed convolution too.
        let role = Tensor.Role.weight(fanIn: shape[1] * positions, fanOut: shape[0] * positions)
        weight = arena.parameter(
            "\(name)/weight", shape: shape + [geometry.kernel, geometry.kernel], role: role)
        self.bias =
            bias
            ? arena.parameter(
                "\(name)/bias", shape: [outputChannels], role: .bias(fanIn: shape[1] * positions)) : nil
        let (largeSide, smallSide) = isTransposed ? (outputSide, inputSide) : (inputSide, outputSide)
        filtering = MinimalFiltering(
            largeSide: largeSide, smallSide: smallSide, kernel: geometry.kernel, step: geometry.stride,
            padding: geometry.padding, largeChannels: shape[1], smallChannels: shape[0], taps: taps)
        packed = Storage(count: filtering == nil ? positions * inputChannels * outputChannels : 0)
        output = Activation(
            rows: outputChannels * outputSide * outputSide, pass: pass,
            gradient: !training ? .none : gradientOverOutput ? .overValues : .separate)
    }

    public func flops(training: Bool) -> Int {
        let products = training ? (inputGradient == .none ? 2 : 3) : 1
        return 2 * products * taps.taps * inputChannels * outputChannels
    }

    @specialized(where R == Float)
    public func forward(_ pass: Pass<R>) {
        convolve(
            taps, transposed: isTransposed, bias: bias.map { UnsafePointer(arena.value($0)) },
            inputs: inputChannels,
            outputs: outputChannels, input.value, into: output.value, pass)
    }

    /// The convolution over a table with the layer's weights, from the large map to the small or the other way.
    private func convolve(
        _ taps: TapTable, transposed: Bool, bias: UnsafePointer<R>?, inputs: Int, outputs: Int,
        _ x: UnsafePointer<R>, into y: UnsafeMutablePointer<R>, _ pass: Pass<R>
    ) {
        let stride = pass.batch.stride
        if let filtering {
            let scratch = pass.scratch(filtering.scratch)
            if transposed {
                R.filterToLarge(
                    filtering, weights: arena.value(weight), bias: bias, small: x, large: y, stride: stride,
                    scratch: scratch)
            } else {
                R.filterToSmall(
                    filtering, weights: arena.value(weight), bias: bias, large: x, small: y, stride: stride,
                    scratch: scratch)
            }
        } else {
            R.packWeights(
                arena.value(weight), a: weight.shape[0], b: weight.shape[1], positions: taps.positions,
                swapped: transposed, into: packed.pointer)
            R.convolve(
                taps, weights: packed.pointer, bias: bias, inputChannels: inputs, outputChannels: outputs,
                input: x, output: y, stride: stride)
        }
    }

    @specialized(where R == Float)
    public func backward(_ pass: Pass<R>) {
        writeWeightGradient(pass)
        if let bias {
            R.rowSums(
                output.gradient, channels: outputChannels, pixels: taps.outputPixels,
                sliceColumns: pass.batch.sliceColumns, stride: pass.batch.stride, into: arena.gradient(bias))
        }
        guard inputGradient != .none else { return }
        precondition(inputGradient == .written, "a convolution is the only reader of its input")
        convolve(
            reversedTaps, transposed: !isTransposed, bias: nil, inputs: outputChannels,
            outputs: inputChannels, output.gradient, into: input.gradient, pass)
    }

    private func writeWeightGradient(_ pass: Pass<R>) {
        let batch = pass.batch
        if let filtering {
            R.filteringWeightGradient(
                filtering, large: isTransposed ? output.gradient : input.value,
                small: isTransposed ? input.value : output.gradient, sliceColumns: batch.sliceColumns,
                stride: batch.stride, scratch: pass.scratch(filtering.scratch), into: arena.gradient(weight))
        } else {
            let scratch = taps.weightGradientScratch(
                inputChannels: inputChannels, outputChannels: outputChannels)
            R.convolutionWeightGradient(
                taps, inputChannels: inputChannels, outputChannels: outputChannels, inputsFirst: isTransposed,
                input: input.value, outputGradient: output.gradient, sliceColumns: batch.sliceColumns,
                stride: batch.stride, scratch: pass.scratch(scratch), into: arena.gradient(weight))
        }
    }

    public func clearGradients() {
        arena.gradient(weight).clear(count: weight.count)
        if let bias { arena.gradient(bias).clear(count: bias.count) }
    }
}
