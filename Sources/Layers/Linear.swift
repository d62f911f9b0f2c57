import Kernels

/// `y = W x + b` with `W` `[out, in]`.
///
/// Products run in kernels of our own, with the batch innermost like everything around them.
///
/// Several matrices that read the same input may be stacked into one product (the mean and variance heads
/// of a Gaussian): each part has its own named tensors, and the parts of a kind lie one behind another.
public final class Linear<R: Real>: Layer {
    /// One of the stacked matrices.
    public struct Part: Sendable {
        let name: String
        let rows: Int

        /// A part of `rows` outputs whose tensors stand below `name`.
        public init(_ name: String, rows: Int) {
            self.name = name
            self.rows = rows
        }
    }

    /// `[Σ rows of the parts, stride]`.
    public let output: Activation<R>
    private let input: Activation<R>
    private let inputGradient: InputGradient
    private let arena: Arena<R>
    private let weight: Tensor
    private let bias: Tensor?

    /// - Parameters:
    ///   - parts: the stacked matrices, top to bottom.
    ///   - bias: whether a bias follows; none before a batch-norm.
    ///   - gradientOverOutput: whether the output's gradient may take the place of its values, which nobody reads
    ///     once the gradient is known.
    public init(
        parts: [Part], input: Activation<R>, inputGradient: InputGradient, bias: Bool,
        gradientOverOutput: Bool = false, arena: Arena<R>, pass: Pass<R>, training: Bool
    ) {
        self.input = input
        self.inputGradient = inputGradient
        self.arena = arena
        let weights = parts.map {
            arena.parameter(
                "\($0.name)/weight", shape: [$0.rows, input.rows],
                role: .weight(fanIn: input.rows, fanOut: $0.rows))
        }
        let biases =
            bias
            ? parts.map {
                arena.parameter("\($0.name)/bias", shape: [$0.rows], role: .bias(fanIn: input.rows))
            } : []
        weight = weights[0]
        self.bias = biases.first
        output = Activation(
            rows: parts.reduce(0) { $0 + $1.rows }, pass: pass,
            gradient: !training ? .none : gradientOverOutput ? .overValues : .separate)
    }

    /// A single matrix whose tensors stand below `name`.
    public convenience init(
        _ name: String, rows: Int, input: Activation<R>, inputGradient: InputGradient, bias: Bool,
        gradientOverOutput: Bool = false, arena: Arena<R>, pass: Pass<R>, training: Bool
    ) {
        self.init(
            parts: [Part(name, rows: rows)], input: input, inputGradient: inputGradient, bias: bias,
            gradientOverOutput: gradientOverOutput, arena: arena, pass: pass, training: training)
    }

    public func flops(training: Bool) -> Int {
        let products = training ? (inputGradient == .none ? 2 : 3) : 1
        return 2 * products * output.rows * input.rows
    }

    @specialized(where R == Float)
    public func forward(_ pass: Pass<R>) {
        R.multiplyColumns(
            weights: arena.value(weight), outputStep: input.rows, inputStep: 1,
            bias: bias.map { UnsafePointer(arena.value($0)) }, x: input.value, inputs: input.rows,
            outputs: output.rows, stride: pass.batch.stride, adds: false, into: output.value)
    }

    @specialized(where R == Float)
    public func backward(_ pass: Pass<R>) {
        let stride = pass.batch.stride
        R.multiplyBatches(
            dy: output.gradient, x: input.value, inputs: input.rows, outputs: output.rows,
            sliceColumns: pass.batch.sliceColumns, stride: stride,
            scratch: pass.scratch(paddedStride(input.rows) * stride), into: arena.gradient(weight))
        if let bias {
            R.rowSums(
                output.gradient, channels: output.rows, pixels: 1, sliceColumns: pass.batch.sliceColumns,
                stride: stride, into: arena.gradient(bias))
        }
        guard inputGradient != .none else { return }
        R.multiplyColumns(
            weights: arena.value(weight), outputStep: 1, inputStep: input.rows, bias: nil,
            x: output.gradient, inputs: output.rows, outputs: input.rows, stride: stride,
            adds: inputGradient == .added, into: input.gradient)
    }

    public func clearGradients() {
        arena.gradient(weight).clear(count: output.rows * input.rows)
        if let bias { arena.gradient(bias).clear(count: output.rows) }
    }
}
