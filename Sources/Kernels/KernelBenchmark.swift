import CKernels

/// Kernels in single precision, at the shapes that a step of the MNIST model (cnn1, batch 256) gives them, and
/// convolutions of many channels at those of other families.
public struct KernelBenchmark {
    /// Samples in a batch.
    public let batch: Int
    private let cases: [KernelCase<Float>]

    /// Allocates the arrays of every case. `batch` must be a positive multiple of ``columnAlignment``.
    public init(batch: Int = 256) {
        precondition(
            batch > 0 && batch % columnAlignment == 0, "batch \(batch) is no multiple of \(columnAlignment)")
        self.batch = batch
        cases = KernelCase.all(batch: batch)
    }

    /// Times every case for at least `minimumSeconds` each, after one call to warm up.
    public func run(minimumSeconds: Double) -> [KernelTiming] {
        cases.map { item in
            let seconds = Self.medianSeconds(of: item.call, minimumSeconds: minimumSeconds)
            return KernelTiming(
                name: item.name, medianSeconds: seconds, rate: item.work / seconds / 1e9, unit: item.unit)
        }
    }

    /// The best speed of a few matrix products, `m` x `n` x `k` each: what the machine can do in practice.
    public static func productSpeed<R: Real>(
        of scalar: R.Type, shapes: [(m: Int, n: Int, k: Int)], minimumSeconds: Double
    ) -> ProductSpeed {
        precondition(!shapes.isEmpty, "the best of no products")
        return shapes.map { shape in
            let item = KernelCase<R>.matrixCase(m: shape.m, n: shape.n, k: shape.k)
            let seconds = medianSeconds(of: item.call, minimumSeconds: minimumSeconds)
            return ProductSpeed(
                shape: "\(shape.m)x\(shape.n)x\(shape.k)", gigaflops: item.work / seconds / 1e9)
        }.max { $0.gigaflops < $1.gigaflops }!
    }

    /// What the products of wide layers take, forward and both gradients, by each of several kernels: the best of a few
    /// times, measured in turn, added up over the shapes.
    public static func productSeconds<R: Real>(
        of scalar: R.Type, shapes: [(outputs: Int, inputs: Int)], batch: Int, by kernels: [ProductKernels]
    ) -> [Double] {
        let clock = ContinuousClock()
        return shapes.reduce(into: kernels.map { _ in 0.0 }) { seconds, shape in
            let products = kernels.map {
                KernelCase<R>.linearCases(
                    inputs: shape.inputs, outputs: shape.outputs, batch: batch, by: $0)
            }
            var best = kernels.map { _ in Double.infinity }
            for _ in 0..<5 {
                for index in kernels.indices {
                    let time = clock.measure { for product in products[index] { product.call() } }
                    best[index] = min(best[index], time / .seconds(1))
                }
            }
            for index in kernels.indices { seconds[index] += best[index] }
        }
    }

    /// The speed of a loop of fused multiply-adds in registers, in GFLOP/s: what no product can exceed.
    public static func multiplyAddSpeed<R: Real>(of scalar: R.Type, minimumSeconds: Double) -> Double {
        let rounds = 10_000
        var flops = 0.0
        let seconds = medianSeconds(
            of: { flops = kernels_multiply_add_loop(R.type, rounds) }, minimumSeconds: minimumSeconds)
        return flops / seconds / 1e9
    }

    private static func medianSeconds(of call: () -> Void, minimumSeconds: Double) -> Double {
        let clock = ContinuousClock()
        call()
        var seconds: [Double] = []
        let end = clock.now + .seconds(minimumSeconds)
        repeat {
            seconds.append(clock.measure(call) / .seconds(1))
        } while clock.now < end || seconds.count < 3
        return seconds.sorted()[seconds.count / 2]
    }
}
