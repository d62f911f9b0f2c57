import Kernels

/// The three products of a linear layer's matrix `W` `[outputs, inputs]`, by the kernels that suit it.
struct WeightProducts<R: Real> {
    private let inputs: Int
    private let outputs: Int
    private let kernels: ProductKernels
    /// Where the input are samples: they may be mostly zero.
    private let sparseInputs: SparseInputs<R>?

    /// - Parameter readsSamples: whether the input is what the model is given.
    init(inputs: Int, outputs: Int, readsSamples: Bool, pass: Pass<R>) {
        self.inputs = inputs
        self.outputs = outputs
        let isWide = ProductKernels.areWide(inputs: inputs, outputs: outputs)
        kernels = isWide && !readsSamples ? pass.products : .own
        sparseInputs =
            isWide && readsSamples ? SparseInputs(features: inputs, capacity: pass.capacity) : nil
    }

    /// `y = W x + b`.
    func forward(
        _ weights: UnsafePointer<R>, bias: UnsafePointer<R>?, _ x: UnsafePointer<R>,
        into y: UnsafeMutablePointer<R>, _ pass: Pass<R>
    ) {
        let stride = pass.batch.stride
        if let sparseInputs, sparseInputs.list(x, stride: stride) {
            return sparseInputs.multiply(
                weights: weights, bias: bias, outputs: outputs, stride: stride,
                scratch: pass.scratch(SparseInputs<R>.scratch(stride: stride)), into: y)
        }
        kernels.multiplyColumns(
            weights: weights, outputStep: inputs, inputStep: 1, bias: bias, x: x, inputs: inputs,
            outputs: outputs, sliceColumns: pass.batch.sliceColumns, stride: stride, adds: false,
            scratch: scratch(pass), into: y)
    }

    /// `dx = Wᵀ dy`, or added to `dx`.
    func dataGradient(
        _ weights: UnsafePointer<R>, _ dy: UnsafePointer<R>, adds: Bool, into dx: UnsafeMutablePointer<R>,
        _ pass: Pass<R>
    ) {
        kernels.multiplyColumns(
            weights: weights, outputStep: 1, inputStep: inputs, bias: nil, x: dy, inputs: outputs,
            outputs: inputs, sliceColumns: pass.batch.sliceColumns, stride: pass.batch.stride, adds: adds,
            scratch: scratch(pass), into: dx)
    }

    /// `dW = dy xᵀ`. Follows ``forward(_:bias:_:into:_:)`` with the same `x`.
    func weightGradient(
        _ dy: UnsafePointer<R>, _ x: UnsafePointer<R>, into gradient: UnsafeMutablePointer<R>, _ pass: Pass<R>
    ) {
        let (stride, slice) = (pass.batch.stride, pass.batch.sliceColumns)
        if let sparseInputs, sparseInputs.isListed {
            return sparseInputs.multiplyBatches(
                dy: dy, outputs: outputs, sliceColumns: slice, stride: stride,
                scratch: pass.scratch(SparseInputs<R>.scratch(stride: stride)), into: gradient)
        }
        kernels.multiplyBatches(
            dy: dy, x: x, inputs: inputs, outputs: outputs, sliceColumns: slice, stride: stride,
            scratch: scratch(pass), into: gradient)
    }

    private func scratch(_ pass: Pass<R>) -> UnsafeMutablePointer<R> {
        pass.scratch(
            kernels.scratch(inputs: inputs, outputs: outputs, stride: pass.batch.stride, of: R.self))
    }
}
