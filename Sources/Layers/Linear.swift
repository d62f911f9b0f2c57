import Kernels

/// `y = W x + b` with `W` `[out, in]`.
///
/// All three products run slice by slice: a BLAS may round a column differently with the number of columns.
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
    public init(
        parts: [Part], input: Activation<R>, inputGradient: InputGradient, bias: Bool, arena: Arena<R>,
        pass: Pass<R>,
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
            rows: parts.reduce(0) { $0 + $1.rows }, pass: pass, hasGradient: training)
    }

    /// A single matrix whose tensors stand below `name`.
    public convenience init(
        _ name: String, rows: Int, input: Activation<R>, inputGradient: InputGradient, bias: Bool,
        arena: Arena<R>,
        pass: Pass<R>, training: Bool
    ) {
        self.init(
            parts: [Part(name, rows: rows)], input: input, inputGradient: inputGradient, bias: bias,
            arena: arena,
            pass: pass, training: training)
    }

    public func flops(training: Bool) -> Int {
        let products = training ? (inputGradient == .none ? 2 : 3) : 1
        return 2 * products * output.rows * input.rows
    }

    public func forward(_ pass: Pass<R>) {
        let batch = pass.batch
        let stride = batch.stride
        for index in 0..<batch.slices {
            let slice = batch.slice(index)
            R.multiplyMatrices(
                transposeA: false, transposeB: false, m: output.rows, n: slice.width, k: input.rows, alpha: 1,
                a: arena.value(weight), leadingA: input.rows, b: input.value + slice.start, leadingB: stride,
                beta: 0, c: output.value + slice.start, leadingC: stride)
        }
        if let bias {
            R.addBias(arena.value(bias), to: output.value, channels: output.rows, pixels: 1, stride: stride)
        }
    }

    public func backward(_ pass: Pass<R>) {
        let batch = pass.batch
        let stride = batch.stride
        let count = output.rows * input.rows
        let products = pass.scratch(batch.slices * count)
        for index in 0..<batch.slices {
            let slice = batch.slice(index)
            R.multiplyMatrices(
                transposeA: false, transposeB: true, m: output.rows, n: input.rows, k: slice.width, alpha: 1,
                a: output.gradient + slice.start, leadingA: stride, b: input.value + slice.start,
                leadingB: stride,
                beta: 0, c: products + index * count, leadingC: input.rows)
        }
        R.sumSlices(products, sliceCount: batch.slices, count: count, into: arena.gradient(weight))
        if let bias {
            R.rowSums(
                output.gradient, channels: output.rows, pixels: 1, stride: stride, into: arena.gradient(bias))
        }
        guard inputGradient != .none else { return }
        for index in 0..<batch.slices {
            let slice = batch.slice(index)
            R.multiplyMatrices(
                transposeA: true, transposeB: false, m: input.rows, n: slice.width, k: output.rows, alpha: 1,
                a: arena.value(weight), leadingA: input.rows, b: output.gradient + slice.start,
                leadingB: stride,
                beta: inputGradient == .added ? 1 : 0, c: input.gradient + slice.start, leadingC: stride)
        }
    }

    public func clearGradients() {
        arena.gradient(weight).update(repeating: 0, count: output.rows * input.rows)
        if let bias { arena.gradient(bias).update(repeating: 0, count: output.rows) }
    }
}
