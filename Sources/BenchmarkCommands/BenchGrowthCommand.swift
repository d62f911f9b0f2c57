import ArgumentParser
import Benchmarks
import Checkpoints
import Collectives
import CommandSupport
import Configuration
import Foundation

/// `treevae-dist bench growth`: training steps of a growing subtree.
struct BenchGrowthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "Time training steps of a growing subtree on random samples.",
        discussion: """
            A step fills the subtree's inputs with what the frozen tree gives, then trains the two new leaves at the \
            first leaf of a balanced tree, in the loop that training runs. Two kinds are measured, each for \
            --seconds: on outputs of the frozen tree that were computed once (growth.fixed_subset_latents: true, the \
            default), and with the frozen tree run in every step (false).

            EXAMPLES:
              treevae-dist bench growth
              treevae-dist bench growth --leaves 19 --json
              mpirun -np 2 treevae-dist bench growth --seconds 10
            """)

    @OptionGroup var architecture: BenchArchitectureOptions

    @Option(help: "Leaves of the balanced tree before it grows.")
    var leaves = 9

    @OptionGroup var options: BenchRunOptions

    @Flag(
        help: """
            Print one JSON object: ranks, leaves, batch, parameters, precision, and cached and redrawn with \
            median_ms, min_ms and repetitions.
            """)
    var json = false

    func run() throws {
        Launch.run { communicator in
            let configuration = try communicator.agree("configuration") {
                try options.resolved(architecture.configuration(), ranks: communicator.size)
            }
            let result = try GrowthBenchmark(
                configuration, leaves: leaves, communicator: communicator, seconds: options.seconds,
                scalar: configuration.precision.scalar)
            if communicator.rank == 0 { print(json ? try result.json() : text(result)) }
        }
    }

    private func text(_ result: GrowthBenchmark) -> String {
        var table = TextTable([.left, .right, .right, .right, .right])
        table.append(["outputs of the frozen tree", "median ms", "best ms", "steps", "samples/s"])
        for (name, timing) in [("computed once", result.cached), ("in every step", result.redrawn)] {
            table.append([
                name, String(format: "%.2f", timing.medianMilliseconds),
                String(format: "%.2f", timing.minimumMilliseconds), String(timing.count),
                String(format: "%.0f", Double(result.batch) / timing.medianMilliseconds * 1e3),
            ])
        }
        return "\(result.parameters) parameters below one of \(result.leaves) leaves, \(result.precision); "
            + "batches of \(result.batch) samples on \(rankCount(result.ranks))\n\n" + table.text
    }
}
