import ArgumentParser
import CommandSupport
import Configuration

/// `treevae-dist bench`: measurements of speed.
package struct BenchCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure the speed of training, of assignment, of kernels, and of the exchange between ranks.",
        discussion: """
            EXAMPLES:
              treevae-dist bench step
              mpirun -np 2 treevae-dist bench step --leaves 20 --json
              treevae-dist bench growth
              treevae-dist bench assign
              mpirun -np 4 treevae-dist bench scaling
              treevae-dist bench kernels
              mpirun -np 2 treevae-dist bench allreduce
            """,
        subcommands: [
            BenchStepCommand.self, BenchGrowthCommand.self, BenchAssignCommand.self, BenchScalingCommand.self,
            BenchKernelsCommand.self, BenchAllreduceCommand.self,
        ])

    package init() {}
}

/// The architecture that a benchmark is about.
struct BenchArchitectureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "YAML file; without it the defaults, the model of the published MNIST tables.", valueName: "file")
    )
    var config: String?

    @Option(help: "Type of parameters and activations, float or double; without it the configuration's.")
    var precision: Configuration.Precision?

    /// The configuration, read and checked.
    func configuration() throws -> Configuration {
        var configuration = try config.map { try Configuration(file: $0) } ?? Configuration()
        if let precision { configuration.precision = precision }
        return configuration
    }
}

/// The model that a benchmark is about.
struct BenchModelOptions: ParsableArguments {
    @OptionGroup var architecture: BenchArchitectureOptions

    @Option(help: "Leaves of a balanced tree.")
    var leaves = 10

    /// The configuration, read and checked.
    func configuration() throws -> Configuration { try architecture.configuration() }
}

/// On what, and for how long, a benchmark of a whole model is run.
struct BenchRunOptions: ParsableArguments {
    @Option(help: "Samples of a batch, over all ranks; without it the configuration's.")
    var batch: Int?

    @Option(help: "About how long to measure each figure, in seconds.")
    var seconds = 3.0

    func validate() throws {
        guard seconds >= 0, seconds.isFinite else {
            throw ValidationError("--seconds must be a number from 0 on, not \(seconds).")
        }
    }

    /// A configuration with the batch, checked for so many ranks.
    func resolved(_ configuration: Configuration, ranks: Int) throws -> Configuration {
        var configuration = configuration
        if let batch { configuration.training.batchSize = batch }
        try configuration.validate()
        try configuration.validate(ranks: ranks)
        return configuration
    }
}

extension Configuration.Precision: ExpressibleByArgument {}

/// "1 rank", "2 ranks".
func rankCount(_ ranks: Int) -> String { "\(ranks) \(ranks == 1 ? "rank" : "ranks")" }
