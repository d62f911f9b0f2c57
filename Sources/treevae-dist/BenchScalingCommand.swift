import ArgumentParser
import Collectives
import Configuration
import Foundation
import Training

/// `treevae-dist bench scaling`: training steps on one rank, two, and up to all.
struct BenchScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Time training steps on 1 rank, 2, 3, 4, 8, … and all ranks.",
        discussion: """
            The first n ranks train while the others sleep. Strong scaling keeps the global batch, weak scaling the \
            batch of each rank. Numbers of ranks take turns, three times over, and the middle figure of three \
            counts. Efficiency is what the step on one rank lets expect, over what was measured; communication is \
            the exchange of gradients and of batch-norm moments, waiting for slower ranks included; the slowest rank \
            is the one that computes for the longest time.

            Latency and bandwidth are those of the straight line through the times of two sums over the ranks, \
            of 64 bytes and of as many as the gradients have: latency + 2 (n - 1) / n bytes / bandwidth.

            EXAMPLES:
              mpirun -np 2 treevae-dist bench scaling
              mpirun -np 16 --map-by core treevae-dist bench scaling --leaves 20 --batch 1024 --json
            """)

    @OptionGroup var model: BenchModelOptions

    @OptionGroup var options: BenchRunOptions

    @Flag(
        help: """
            Print one JSON object: ranks, leaves, precision, strong and weak with ranks, batch, step_ms, efficiency, \
            gradient_exchange_ms, batch_norm_exchange_ms, communication_share, slowest_rank and imbalance, and \
            allreduce with ranks, latency_seconds and bandwidth in bytes a second.
            """)
    var json = false

    func run() throws {
        Launch.run { communicator in
            let configuration = try communicator.agree("configuration") {
                try options.resolved(model.configuration(), ranks: communicator.size)
            }
            let result = try ScalingBenchmark(
                configuration, leaves: model.leaves, communicator: communicator,
                seconds: options.seconds, scalar: configuration.precision.scalar)
            guard communicator.rank == 0 else { return }
            if communicator.size == 1 {
                printToStandardError(
                    "one rank scales to nothing: start several, as in 'mpirun -np 2 treevae-dist …'")
            }
            print(json ? try result.json() : text(result))
        }
    }

    private func text(_ result: ScalingBenchmark) -> String {
        var table = TextTable([.left, .right, .right, .right, .right, .right, .right, .right, .right])
        table.append([
            "scaling", "ranks", "batch", "ms a step", "efficiency", "gradients ms", "batch-norm ms",
            "communication", "slowest rank",
        ])
        for (name, points) in [("strong", result.strong), ("weak", result.weak)] {
            for point in points {
                table.append([
                    name, String(point.ranks), String(point.batch),
                    String(format: "%.2f", point.milliseconds),
                    percent(point.efficiency), String(format: "%.2f", point.gradientExchange),
                    String(format: "%.2f", point.batchNormExchange), percent(point.communicationShare),
                    "\(point.slowestRank), " + String(format: "%+.1f %%", (point.imbalance - 1) * 100),
                ])
            }
        }
        let lines = result.allreduce.map { line in
            String(
                format: "sum over %d ranks: latency %.1f µs, bandwidth %.2f GB/s", line.ranks,
                line.latency * 1e6, line.bandwidth / 1e9)
        }
        return "\(result.leaves) leaves, \(result.precision)\n\n"
            + ([table.text, ""] + lines).joined(separator: "\n")
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
