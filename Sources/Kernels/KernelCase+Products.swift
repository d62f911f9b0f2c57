extension KernelCase {
    /// Products of OpenBLAS, and linear layers with both gradients: those of `cnn1`, then the widest of `mlp` and `cnn2`.
    static func productCases(batch: Int) -> [KernelCase] {
        [matrixCase(m: 128, n: batch, k: 128), matrixCase(m: 512, n: batch, k: 2000)]
            + [
                (128, 128), (128, 8), (288, 8), (16, 128), (1, 128), (512, 512), (512, 2000), (2000, 512),
                (4096, 64),
            ].flatMap { outputs, inputs in
                linearCases(inputs: inputs, outputs: outputs, batch: batch)
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

    private static func linearCases(inputs: Int, outputs: Int, batch: Int) -> [KernelCase] {
        let (x, dx, weights) = (values(inputs * batch), values(inputs * batch), values(inputs * outputs))
        let (y, dy) = (values(outputs * batch), values(outputs * batch))
        let gradient = values(weights.count)
        let scratch = values(paddedStride(inputs) * batch)
        let work = Double(2 * inputs * outputs * batch)
        let name = "linear \(inputs)→\(outputs)"
        return [
            KernelCase(name: name, unit: .gigaflops, work: work, result: { y.doubles }) {
                R.multiplyColumns(
                    weights: weights.pointer, outputStep: inputs, inputStep: 1, bias: nil, x: x.pointer,
                    inputs: inputs, outputs: outputs, stride: batch, adds: false, into: y.pointer)
            },
            KernelCase(name: name + ", data gradient", unit: .gigaflops, work: work, result: { dx.doubles }) {
                R.multiplyColumns(
                    weights: weights.pointer, outputStep: 1, inputStep: inputs, bias: nil, x: dy.pointer,
                    inputs: outputs, outputs: inputs, stride: batch, adds: false, into: dx.pointer)
            },
            KernelCase(
                name: name + ", weight gradient", unit: .gigaflops, work: work, result: { gradient.doubles }
            ) {
                R.multiplyBatches(
                    dy: dy.pointer, x: x.pointer, inputs: inputs, outputs: outputs,
                    sliceColumns: paddedStride(batch / 4), stride: batch, scratch: scratch.pointer,
                    into: gradient.pointer)
            },
        ]
    }
}
