import ArgumentParser
import Configuration

/// `treevae-dist bench`: measurements of speed.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of training steps, of kernels, and of the exchange between ranks.",
        discussion: """
            EXAMPLES:
              treevae-dist bench step
              mpirun -np 2 treevae-dist bench step --leaves 20 --json
              treevae-dist bench kernels
              mpirun -np 2 treevae-dist bench allreduce
            """,
        subcommands: [BenchStepCommand.self, BenchKernelsCommand.self, BenchAllreduceCommand.self])
}

/// The model that a benchmark is about.
struct BenchModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "YAML file; without it the defaults, the model of the published MNIST tables.", valueName: "file")
    )
    var config: String?

    @Option(help: "Leaves of a balanced tree.")
    var leaves = 10

    @Option(help: "Type of parameters and activations, float or double; without it the configuration's.")
    var precision: Configuration.Precision?

    /// The configuration, read and checked.
    func configuration() throws -> Configuration {
        var configuration = try config.map { try Configuration(file: $0) } ?? Configuration()
        if let precision { configuration.precision = precision }
        return configuration
    }
}

extension Configuration.Precision: ExpressibleByArgument {}
