import Kernels

/// `y = W x + b` with `W` `[out, in]`.
///
/// Products run with the batch innermost, like everything around them, in kernels that ``WeightProducts`` chooses.
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
    private let products: WeightProducts<R>

    /// - Parameters:
    ///   - parts: the stacked matrices, top to bottom.
    ///   - bias: whether a bias follows; none before a batch-norm.
    ///   - gradientOverOutput: whether the output's gradient may take the place of its values, which nobody reads
    ///     once the gradient is known.
    ///   - readsSamples: whether the input is what the model is given: it may be mostly zero, and is not rounded.
    public init(
        parts: [Part], input: Activation<R>, inputGradient: InputGradient, bias: Bool,
        gradientOverOutput: Bool = false, readsSamples: Bool = false, arena: Arena<R>, pass: Pass<R>,
        training: Bool
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
        products = WeightProducts(
            inputs: input.rows, outputs: output.rows, readsSamples: readsSamples, pass: pass)
    }

    /// A single matrix whose tensors stand below `name`.
    public convenience init(
        _ name: String, rows: Int, input: Activation<R>, inputGradient: InputGradient, bias: Bool,
        gradientOverOutput: Bool = false, readsSamples: Bool = false, arena: Arena<R>, pass: Pass<R>,
        training: Bool
    ) {
        self.init(
            parts: [Part(name, rows: rows)], input: input, inputGradient: inputGradient, bias: bias,
            gradientOverOutput: gradientOverOutput, readsSamples: readsSamples, arena: arena, pass: pass,
            training: training)
    }

    public func flops(training: Bool) -> Int {
        let products = training ? (inputGradient == .none ? 2 : 3) : 1
        return 2 * products * output.rows * input.rows
    }

    @specialized(where R == Float)
    public func forward(_ pass: Pass<R>) {
        products.forward(
            arena.value(weight), bias: bias.map { UnsafePointer(arena.value($0)) }, input.value,
            into: output.value, pass)
    }

    @specialized(where R == Float)
    public func backward(_ pass: Pass<R>) {
        products.weightGradient(output.gradient, input.value, into: arena.gradient(weight), pass)
        if let bias {
            R.rowSums(
                output.gradient, channels: output.rows, pixels: 1, sliceColumns: pass.batch.sliceColumns,
                stride: pass.batch.stride, into: arena.gradient(bias))
        }
        guard inputGradient != .none else { return }
        products.dataGradient(
            arena.value(weight), output.gradient, adds: inputGradient == .added, into: input.gradient, pass)
    }

    public func clearGradients() {
        arena.gradient(weight).clear(count: output.rows * input.rows)
        if let bias { arena.gradient(bias).clear(count: output.rows) }
    }
}
