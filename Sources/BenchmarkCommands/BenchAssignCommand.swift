import ArgumentParser
import Benchmarks
import Checkpoints
import Collectives
import CommandSupport
import Configuration
import Foundation

/// `treevae-dist bench assign`: leaf probabilities of new samples.
struct BenchAssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Time leaf probabilities of new samples.",
        discussion: """
            Encoder, bottom-up chain and inference routers in evaluation mode, batch after batch of random samples; \
            nothing is sampled or decoded. Under mpirun each rank takes its share of the samples.

            EXAMPLES:
              treevae-dist bench assign
              treevae-dist bench assign --leaves 20 --batch 1024 --json
              mpirun -np 2 treevae-dist bench assign
            """)

    @OptionGroup var model: BenchModelOptions

    @OptionGroup var options: BenchRunOptions

    @Flag(
        help: """
            Print one JSON object: median_ms and min_ms of a batch, repetitions (passes over 16 batches), \
            samples_per_second, ranks, leaves, batch, precision.
            """)
    var json = false

    func run() throws {
        Launch.run { communicator in
            let configuration = try communicator.agree("configuration") {
                try options.resolved(model.configuration(), ranks: communicator.size)
            }
            let result = try AssignBenchmark(
                configuration, leaves: model.leaves, communicator: communicator,
                seconds: options.seconds, scalar: configuration.precision.scalar)
            if communicator.rank == 0 { print(json ? try result.json() : text(result)) }
        }
    }

    private func text(_ result: AssignBenchmark) -> String {
        let times = String(
            format: "%.3f ms median, %.3f ms best of %d passes, %.0f samples/s",
            result.timing.medianMilliseconds, result.timing.minimumMilliseconds, result.timing.count,
            result.samplesPerSecond)
        var facts = TextTable([.left, .left])
        facts.append(["model", "\(result.leaves) leaves, \(result.precision)"])
        facts.append(["batch", "\(result.batch) samples on \(rankCount(result.ranks)): " + times])
        return facts.text
    }
}
