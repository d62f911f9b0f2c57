import Testing

@testable import Kernels

@Suite struct BenchmarkTests {
    @Test func everyCaseIsTimed() {
        let timings = KernelBenchmark(batch: 32).run(minimumSeconds: 0)
        #expect(timings.count >= 40)
        #expect(Set(timings.map(\.name)).count == timings.count)
        #expect(timings.allSatisfy { $0.medianSeconds > 0 && $0.rate > 0 && $0.rate.isFinite })
    }

    /// The two precisions take other ways through a kernel, of blocks of other sizes, and a case is larger than the naive
    /// loops of the other tests could be.
    @Test func precisionsAgree() {
        let double = KernelCase<Double>.all(batch: 64)
        // Products in bfloat16 are of single precision alone.
        let names = Set(double.map(\.name))
        let single = KernelCase<Float>.all(batch: 64).filter { names.contains($0.name) }
        #expect(single.map(\.name) == double.map(\.name))
        for (single, double) in zip(single, double) {
            single.call()
            double.call()
            let expected = double.result()
            let largest = expected.reduce(0) { max($0, abs($1)) }
            #expect(largest > 0, "\(double.name)")
            expectClose(single.result(), expected, 2e-5, scale: largest, single.name)
        }
    }

    @Test func theFastestProductCounts() {
        let shapes = [(m: 1, n: 1, k: 1), (m: 256, n: 256, k: 256)]
        let single = KernelBenchmark.productSpeed(of: Float.self, shapes: shapes, minimumSeconds: 0)
        let double = KernelBenchmark.productSpeed(of: Double.self, shapes: shapes, minimumSeconds: 0)
        #expect(single.shape == "256x256x256" && double.shape == "256x256x256")
        #expect(single.gigaflops > 0.1 && double.gigaflops > 0.1)
    }
}
