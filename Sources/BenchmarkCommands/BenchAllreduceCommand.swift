import ArgumentParser
import Benchmarks
import Checkpoints
import Collectives
import CommandSupport
import Configuration
import Foundation
import Training

/// `treevae-dist bench allreduce`: sums over all ranks, by size of the message.
struct BenchAllreduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allreduce",
        abstract: "Time the sum of floats over all ranks, by size of the message.",
        discussion: """
            Times are those of the slowest rank. The bus bandwidth is what each rank's link must carry, \
            2 (N - 1) / N times the message, over the median. Two of the sizes are what this model's gradients \
            take: of the whole tree, and of a subtree in growth.

            EXAMPLES:
              mpirun -np 2 treevae-dist bench allreduce
              mpirun -np 4 treevae-dist bench allreduce --config configs/mnist.yml --leaves 20 --json
            """)

    @OptionGroup var model: BenchModelOptions

    @Flag(
        help: """
            Print one JSON object: ranks, measurements with bytes, repetitions, median_seconds, min_seconds and \
            bus_bandwidth in bytes a second, and model with leaves, tree_bytes and subtree_bytes.
            """)
    var json = false

    func run() throws {
        Launch.run { communicator in
            let sizes = try communicator.agree("configuration") { try exchangeSizes() }
            let all = Set(AllreduceBenchmark.standardSizes + [sizes.tree, sizes.subtree]).sorted()
            let benchmark = try AllreduceBenchmark(communicator, sizes: all)
            guard communicator.rank == 0 else { return }
            if communicator.size == 1 {
                printToStandardError(
                    "one rank exchanges nothing: start several, as in 'mpirun -np 2 treevae-dist …'")
            }
            let report = Report(benchmark: benchmark, model: sizes)
            print(json ? try report.json() : text(report))
        }
    }

    private func exchangeSizes() throws -> ExchangeSizes {
        let configuration = try model.configuration()
        return try ExchangeSizes(configuration, leaves: model.leaves, scalar: configuration.precision.scalar)
    }

    private func text(_ report: Report) -> String {
        var table = TextTable([.right, .right, .right, .right, .left])
        table.append(["bytes", "median µs", "best µs", "GB/s", ""])
        for measurement in report.benchmark.measurements {
            let use: String
            switch measurement.bytes {
            case report.model.tree: use = "gradients of \(report.model.leaves) leaves"
            case report.model.subtree: use = "gradients of a subtree"
            default: use = ""
            }
            table.append([
                String(measurement.bytes), String(format: "%.1f", measurement.medianSeconds * 1e6),
                String(format: "%.1f", measurement.minimumSeconds * 1e6),
                String(format: "%.2f", measurement.busBandwidth / 1e9), use,
            ])
        }
        return "\(rankCount(report.benchmark.ranks))\n" + table.text
    }

    private struct Report: Encodable {
        let benchmark: AllreduceBenchmark
        let model: ExchangeSizes

        private enum CodingKeys: CodingKey { case model }

        func encode(to encoder: any Encoder) throws {
            try benchmark.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(model, forKey: .model)
        }
    }
}
