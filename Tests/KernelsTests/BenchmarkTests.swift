import Testing

@testable import Kernels

@Suite struct BenchmarkTests {
    @Test func everyCaseRuns() {
        let timings = KernelBenchmark(batch: 32).run(minimumSeconds: 0)
        #expect(timings.count >= 40)
        #expect(Set(timings.map(\.name)).count == timings.count)
        #expect(timings.allSatisfy { $0.medianSeconds > 0 && $0.rate > 0 && $0.rate.isFinite })
        #expect(KernelBenchmark.sgemmSpeed(size: 64, minimumSeconds: 0) > 0)
    }
}
