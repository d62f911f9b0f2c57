import ArgumentParser
import Benchmarks
import Checkpoints
import Collectives
import CommandSupport
import Configuration
import Foundation

/// `treevae-dist bench scaling`: training steps on one rank, two, and up to all.
struct BenchScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Time training steps on 1 rank, 2, 3, 4, 8, … and all ranks, and predict them for more.",
        discussion: """
            The first n ranks train while the others sleep. Strong scaling keeps the global batch, weak scaling the \
            batch of each rank. Numbers of ranks take turns, three times over, and the middle figure of three \
            counts. Efficiency is what the step on one rank lets expect, over what was measured; communication is \
            the exchange of gradients and of batch-norm moments, waiting for slower ranks included; the slowest rank \
            is the one that computes for the longest time.

            Latency and bandwidth are those of the straight line through the times of two sums over the ranks, \
            of 64 bytes and of as many as the gradients have: latency + 2 (n - 1) / n bytes / bandwidth.

            --predict adds the times of a step on up to so many ranks: what a rank computes for its share of the batch, \
            measured on single ranks, and what the messages of a step take over links within and between machines \
            (docs/performance.md). A link is measured where the job has one, between two ranks; --latency and \
            --bandwidth describe a network that it has not.

            EXAMPLES:
              mpirun -np 2 treevae-dist bench scaling
              mpirun -np 2 treevae-dist bench scaling --predict 1024 --ranks-per-host 2 --latency 25 --bandwidth 10
              mpirun -np 16 --map-by core treevae-dist bench scaling --leaves 20 --batch 1024 --json
            """)

    @OptionGroup var model: BenchModelOptions

    @OptionGroup var options: BenchRunOptions

    @Option(help: ArgumentHelp("Predict steps on 1, 2, 4, … and so many ranks.", valueName: "ranks"))
    var predict: Int?

    @Option(
        help: ArgumentHelp(
            "Ranks on each machine, for --predict; without it as many as this job has on one.",
            valueName: "ranks"))
    var ranksPerHost: Int?

    @Option(
        help: ArgumentHelp(
            "What the smallest message takes between two machines, in µs, for --predict; with --bandwidth.",
            valueName: "µs"))
    var latency: Double?

    @Option(
        help: ArgumentHelp(
            "What a machine sends to another, in Gbit/s, for --predict; with --latency.", valueName: "Gbit/s")
    )
    var bandwidth: Double?

    @Flag(
        help: """
            Print one JSON object: ranks, leaves, precision, strong and weak with ranks, batch, step_ms, efficiency, \
            gradient_exchange_ms, batch_norm_exchange_ms, communication_share, slowest_rank and imbalance, and \
            allreduce with ranks, latency_seconds and bandwidth in bytes a second; with --predict also calibration \
            with parameter_bytes, alone, costs, within_host and between_hosts, and prediction with ranks_per_host, \
            within_host, between_hosts, strong and weak.
            """)
    var json = false

    func validate() throws {
        if let predict, predict < 1 { throw ValidationError("--predict must be at least 1, not \(predict).") }
        if let ranksPerHost, ranksPerHost < 1 {
            throw ValidationError("--ranks-per-host must be at least 1, not \(ranksPerHost).")
        }
        guard (latency == nil) == (bandwidth == nil) else {
            throw ValidationError("--latency and --bandwidth describe a network together.")
        }
        if let latency, latency < 0 || !latency.isFinite {
            throw ValidationError("--latency must be a number from 0 on, not \(latency).")
        }
        if let bandwidth, bandwidth <= 0 || !bandwidth.isFinite {
            throw ValidationError("--bandwidth must be a number above 0, not \(bandwidth).")
        }
        guard predict != nil || (ranksPerHost == nil && latency == nil) else {
            throw ValidationError("--ranks-per-host, --latency and --bandwidth are for --predict.")
        }
    }

    func run() throws {
        Launch.run { communicator in
            let configuration = try communicator.agree("configuration") {
                try options.resolved(model.configuration(), ranks: communicator.size)
            }
            let result = try ScalingBenchmark(
                configuration, leaves: model.leaves, communicator: communicator,
                seconds: options.seconds, scalar: configuration.precision.scalar)
            let outlook = try predict.map {
                try self.outlook(upTo: $0, configuration, communicator)
            }
            guard communicator.rank == 0 else { return }
            if communicator.size == 1 {
                printToStandardError(
                    "one rank scales to nothing: start several, as in 'mpirun -np 2 treevae-dist …'")
            }
            let report = Report(measured: result, outlook: outlook)
            print(json ? try report.json() : text(report))
        }
    }

    /// Calibrates and predicts; collective.
    private func outlook(
        upTo ranks: Int, _ configuration: Configuration, _ communicator: any Communicator
    ) throws -> Outlook {
        let calibration = try ScalingCalibration(
            configuration, leaves: model.leaves, communicator: communicator, seconds: options.seconds,
            scalar: configuration.precision.scalar)
        let hosts = try communicator.hosts(purpose: "the benchmark")
        let fullest = Dictionary(grouping: hosts, by: \.self).values.map(\.count).max() ?? 1
        var network: Link?
        if let latency, let bandwidth {
            network = Link(latency: latency * 1e-6, bandwidth: bandwidth * 1e9 / 8)
        }
        let prediction = try communicator.agree("prediction") {
            try ScalingPrediction(
                calibration, ranks: ranks, ranksPerHost: ranksPerHost ?? fullest,
                batch: configuration.training.batchSize, betweenHosts: network)
        }
        return Outlook(calibration: calibration, prediction: prediction)
    }

    private struct Outlook: Encodable {
        let calibration: ScalingCalibration
        let prediction: ScalingPrediction
    }

    private struct Report: Encodable {
        let measured: ScalingBenchmark
        let outlook: Outlook?

        /// One object with the keys of both.
        func encode(to encoder: any Encoder) throws {
            try measured.encode(to: encoder)
            try outlook?.encode(to: encoder)
        }
    }

    private func text(_ report: Report) -> String {
        [text(report.measured), report.outlook.map { text($0) }].compactMap(\.self).joined(separator: "\n\n")
    }

    private func text(_ outlook: Outlook) -> String {
        var costs = TextTable([.right, .right, .right, .right, .right, .right, .right])
        costs.append([
            "samples on a rank", "ms a step", "of it Adam", "exchanges awaited", "covered", "µs of cover",
            "bytes of all",
        ])
        for cost in outlook.calibration.costs {
            costs.append([
                String(cost.samples), String(format: "%.2f", cost.milliseconds),
                String(format: "%.2f", cost.optimiser), String(cost.awaited), String(cost.covered),
                String(format: "%.0f", cost.cover * 1e3), String(cost.exchangedBytes),
            ])
        }
        let prediction = outlook.prediction
        var table = TextTable([.left, .right, .right, .right, .right, .right, .right, .right])
        table.append([
            "predicted", "ranks", "batch", "on a rank", "ms a step", "efficiency", "gradients ms",
            "batch-norm ms",
        ])
        for (name, points) in [("strong", prediction.strong), ("weak", prediction.weak)] {
            for point in points {
                table.append([
                    name, String(point.ranks), String(point.batch), String(point.samples),
                    String(format: "%.2f", point.milliseconds), percent(point.efficiency),
                    String(format: "%.2f", point.gradientExchange),
                    String(format: "%.2f", point.batchNormExchange),
                ])
            }
        }
        let links = [
            ("within a machine", prediction.withinHost), ("between machines", prediction.betweenHosts),
        ]
        .compactMap { name, link in
            link.map {
                "\(name): "
                    + String(
                        format: "latency %.1f µs, bandwidth %.2f Gbit/s", $0.latency * 1e6,
                        $0.bandwidth * 8 / 1e9)
            }
        }
        return
            ([costs.text, "", table.text, ""] + links + ["\(rankCount(prediction.ranksPerHost)) a machine"])
            .joined(separator: "\n")
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
