import Kernels

/// `y = W x + b` with `W` `[out, in]`.
///
/// Products run in kernels of our own, with the batch innermost like everything around them; those of wide layers
/// in BLAS.
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

    public func forward(_ pass: Pass<R>) {
        if isWide {
            multiplyWide(transposed: false, input.value, adds: false, into: output.value, pass.batch)
            if let bias {
                R.addBias(
                    arena.value(bias), to: output.value, channels: output.rows, pixels: 1,
                    stride: pass.batch.stride)
            }
        } else {
            R.multiplyColumns(
                weights: arena.value(weight), outputStep: input.rows, inputStep: 1,
                bias: bias.map { UnsafePointer(arena.value($0)) }, x: input.value, inputs: input.rows,
                outputs: output.rows, stride: pass.batch.stride, adds: false, into: output.value)
        }
    }

    public func backward(_ pass: Pass<R>) {
        let stride = pass.batch.stride
        if isWide {
            weightGradientWide(pass)
        } else {
            R.multiplyBatches(
                dy: output.gradient, x: input.value, inputs: input.rows, outputs: output.rows,
                sliceColumns: pass.batch.sliceColumns, stride: stride,
                scratch: pass.scratch(paddedStride(input.rows) * stride), into: arena.gradient(weight))
        }
        if let bias {
            R.rowSums(
                output.gradient, channels: output.rows, pixels: 1, sliceColumns: pass.batch.sliceColumns,
                stride: stride, into: arena.gradient(bias))
        }
        guard inputGradient != .none else { return }
        let adds = inputGradient == .added
        if isWide {
            multiplyWide(transposed: true, output.gradient, adds: adds, into: input.gradient, pass.batch)
        } else {
            R.multiplyColumns(
                weights: arena.value(weight), outputStep: 1, inputStep: input.rows, bias: nil,
                x: output.gradient,
                inputs: output.rows, outputs: input.rows, stride: stride, adds: adds, into: input.gradient)
        }
    }

    public func clearGradients() {
        arena.gradient(weight).update(repeating: 0, count: output.rows * input.rows)
        if let bias { arena.gradient(bias).update(repeating: 0, count: output.rows) }
    }
}

/// The products of wide layers, by BLAS: slice by slice, since a BLAS may round a column differently with the number
/// of columns.
extension Linear {
    /// Whether the weights are too many for the second-level cache, which the kernels without blocking live from.
    private var isWide: Bool { input.rows * output.rows > 1 << 18 }

    /// `out = W x`, or `out = Wᵀ x` if `transposed`; added to what `out` holds if `adds`.
    private func multiplyWide(
        transposed: Bool, _ x: UnsafePointer<R>, adds: Bool, into out: UnsafeMutablePointer<R>,
        _ batch: BatchShape
    ) {
        let (rows, inner) = transposed ? (input.rows, output.rows) : (output.rows, input.rows)
        for index in 0..<batch.slices {
            let slice = batch.slice(index)
            R.multiplyMatrices(
                transposeA: transposed, transposeB: false, m: rows, n: slice.width, k: inner, alpha: 1,
                a: arena.value(weight), leadingA: input.rows, b: x + slice.start, leadingB: batch.stride,
                beta: adds ? 1 : 0, c: out + slice.start, leadingC: batch.stride)
        }
    }

    private func weightGradientWide(_ pass: Pass<R>) {
        let batch = pass.batch
        let count = output.rows * input.rows
        let products = pass.scratch(batch.slices * count)
        for index in 0..<batch.slices {
            let slice = batch.slice(index)
            R.multiplyMatrices(
                transposeA: false, transposeB: true, m: output.rows, n: input.rows, k: slice.width, alpha: 1,
                a: output.gradient + slice.start, leadingA: batch.stride, b: input.value + slice.start,
                leadingB: batch.stride, beta: 0, c: products + index * count, leadingC: input.rows)
        }
        R.sumSlices(products, sliceCount: batch.slices, count: count, into: arena.gradient(weight))
    }
}
