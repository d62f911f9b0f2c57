import ArgumentParser
import Collectives
import CommandSupport
import Foundation
import Kernels

/// `treevae-dist bench kernels`: every kernel by itself.
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Time every kernel at the shapes of the MNIST model.",
        discussion: """
            Single precision, one thread. Kernels that compute are also compared with the speed of a matrix product \
            of 1024x1024x1024 in the same run. Under mpirun all ranks run at once, and the first one's \
            times are printed: what a kernel loses when its neighbours work too.

            OpenBLAS chooses its kernels by processor. A release older than the processor falls back to slower ones, \
            and every share of sgemm then looks better than it is: the kernels are named beside the speed, and \
            OPENBLAS_CORETYPE chooses others (SkylakeX for AVX-512). A loop of fused multiply-adds in registers needs no \
            library. The products of wide layers are timed by all kernels that may take them: our own, CBLAS \
            (performance.kernels) and those of bfloat16 (precision=mixed).

            EXAMPLES:
              treevae-dist bench kernels
              treevae-dist bench kernels --batch 128 --json
              mpirun -np 2 treevae-dist bench kernels
            """)

    @Option(help: "Samples of a batch on one rank, a multiple of \(columnAlignment).")
    var batch = 256

    @Flag(
        help: """
            Print one JSON object: batch, sgemm_gflops, sgemm_kernels, fma_gflops, and kernels with name, median_us, rate, \
            unit and, where the unit is GFLOP/s, sgemm_share.
            """)
    var json = false

    func validate() throws {
        if batch < 1 || batch % columnAlignment != 0 {
            throw ValidationError("--batch must be a positive multiple of \(columnAlignment), not \(batch).")
        }
    }

    func run() throws {
        Launch.run { communicator in
            let benchmark = KernelBenchmark(batch: batch)
            try communicator.barrier(purpose: "the benchmark")
            let speed = KernelBenchmark.productSpeed(
                of: Float.self, shapes: [(1024, 1024, 1024)], minimumSeconds: 0.5)
            let report = Report(
                batch: batch, speed: speed,
                multiplyAddSpeed: KernelBenchmark.multiplyAddSpeed(of: Float.self, minimumSeconds: 0.1),
                timings: benchmark.run(minimumSeconds: 0.1))
            if communicator.rank == 0 { print(json ? try report.json() : text(report)) }
            // Ranks that are done must not leave the cores to those that are not.
            try communicator.barrier(purpose: "the benchmark")
        }
    }

    private func text(_ report: Report) -> String {
        var table = TextTable([.left, .right, .right, .left, .right])
        table.append(["kernel", "µs", "rate", "", "of sgemm"])
        for kernel in report.kernels {
            table.append([
                kernel.name, String(format: "%.1f", kernel.microseconds), String(format: "%.1f", kernel.rate),
                kernel.unit, kernel.share.map { String(format: "%.0f %%", $0 * 100) } ?? "",
            ])
        }
        return table.text
            + String(format: "\n\nsgemm of 1024x1024x1024: %.1f GFLOP/s", report.speed)
            + " by CBLAS with \(report.blasKernels) kernels, "
            + String(format: "multiply-adds in a loop: %.1f GFLOP/s, ", report.multiplyAddSpeed)
            + (multipliesPairs ? "bfloat16 by AVX512-BF16" : "bfloat16 emulated") + ", batch \(report.batch)"
    }

    private struct Report: Encodable {
        struct Kernel: Encodable {
            let name: String
            let microseconds: Double
            let rate: Double
            let unit: String
            let share: Double?

            enum CodingKeys: String, CodingKey {
                case name, rate, unit
                case microseconds = "median_us"
                case share = "sgemm_share"
            }
        }
        let batch: Int
        let speed: Double
        let blasKernels: String
        let multiplyAddSpeed: Double
        let kernels: [Kernel]

        enum CodingKeys: String, CodingKey {
            case batch, kernels
            case speed = "sgemm_gflops"
            case blasKernels = "sgemm_kernels"
            case multiplyAddSpeed = "fma_gflops"
        }

        init(batch: Int, speed: ProductSpeed, multiplyAddSpeed: Double, timings: [KernelTiming]) {
            self.batch = batch
            self.speed = speed.gigaflops
            blasKernels = speed.kernels
            self.multiplyAddSpeed = multiplyAddSpeed
            kernels = timings.map { timing in
                Kernel(
                    name: timing.name, microseconds: timing.medianSeconds * 1e6, rate: timing.rate,
                    unit: timing.unit.rawValue,
                    share: timing.unit == .gigaflops ? timing.rate / speed.gigaflops : nil)
            }
        }
    }
}
