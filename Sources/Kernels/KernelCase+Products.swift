extension KernelCase {
    /// Products of CBLAS, and linear layers with both gradients: those of `cnn1`, then the widest of `mlp` and `cnn2`. Wide
    /// layers by all kernels that may take them.
    static func productCases(batch: Int) -> [KernelCase] {
        let shapes = [
            (128, 128), (128, 8), (288, 8), (16, 128), (1, 128), (512, 512), (512, 2000), (2000, 512),
            (4096, 64),
        ]
        let all: [ProductKernels] = R.self == Float.self ? [.own, .blas, .mixed] : [.own, .blas]
        return [matrixCase(m: 128, n: batch, k: 128), matrixCase(m: 512, n: batch, k: 2000)]
            + shapes.flatMap { outputs, inputs in
                (ProductKernels.areWide(inputs: inputs, outputs: outputs) ? all : [.own]).flatMap { kernels in
                    linearCases(inputs: inputs, outputs: outputs, batch: batch, by: kernels)
                }
            }
    }

    static func matrixCase(m: Int, n: Int, k: Int) -> KernelCase {
        let (a, b, c) = (values(m * k), values(k * n), values(m * n))
        return KernelCase(
            name: "sgemm \(m)x\(n)x\(k)", unit: .gigaflops, work: Double(2 * m * n * k),
            result: { c.doubles }
        ) {
            R.multiplyMatrices(m: m, n: n, k: k, a: a.pointer, b: b.pointer, into: c.pointer)
        }
    }

    /// The three products of a linear layer, forward, of the data's gradient and of the weights'.
    static func linearCases(inputs: Int, outputs: Int, batch: Int, by kernels: ProductKernels) -> [KernelCase]
    {
        let (x, dx, weights) = (values(inputs * batch), values(inputs * batch), values(inputs * outputs))
        let (y, dy) = (values(outputs * batch), values(outputs * batch))
        let gradient = values(weights.count)
        let scratch = values(kernels.scratch(inputs: inputs, outputs: outputs, stride: batch, of: R.self))
        let slice = paddedStride(batch / 4)
        let work = Double(2 * inputs * outputs * batch)
        let suffix =
            switch kernels {
            case .own: ""
            case .blas: " by BLAS"
            case .mixed: " in bfloat16"
            }
        let name = "linear \(inputs)→\(outputs)"
        return [
            KernelCase(name: name + suffix, unit: .gigaflops, work: work, result: { y.doubles }) {
                kernels.multiplyColumns(
                    weights: weights.pointer, outputStep: inputs, inputStep: 1, bias: nil, x: x.pointer,
                    inputs: inputs, outputs: outputs, sliceColumns: slice, stride: batch, adds: false,
                    scratch: scratch.pointer, into: y.pointer)
            },
            KernelCase(
                name: name + ", data gradient" + suffix, unit: .gigaflops, work: work,
                result: { dx.doubles }
            ) {
                kernels.multiplyColumns(
                    weights: weights.pointer, outputStep: 1, inputStep: inputs, bias: nil, x: dy.pointer,
                    inputs: outputs, outputs: inputs, sliceColumns: slice, stride: batch, adds: false,
                    scratch: scratch.pointer, into: dx.pointer)
            },
            KernelCase(
                name: name + ", weight gradient" + suffix, unit: .gigaflops, work: work,
                result: { gradient.doubles }
            ) {
                kernels.multiplyBatches(
                    dy: dy.pointer, x: x.pointer, inputs: inputs, outputs: outputs, sliceColumns: slice,
                    stride: batch, scratch: scratch.pointer, into: gradient.pointer)
            },
        ]
    }
}
