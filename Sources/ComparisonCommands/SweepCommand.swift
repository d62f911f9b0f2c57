import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Sweeps
import Training

/// `treevae-dist sweep`: one configuration from several seeds.
package struct SweepCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Train one configuration from several seeds and compare the trees.",
        discussion: """
            Every seed is a run of 'train' in OUT/seed-N. What is finished is left alone and what was stopped goes on, so \
            the same command continues a sweep, and jobs of a Slurm array may share one directory. At the end a table \
            compares all finished runs, with every score that needs no labels and, where there are labels, the five \
            metrics; it is also in OUT/sweep.csv. OUT/support.csv has, for each split of each run, the share of the \
            other runs that have it.

            EXAMPLES:
              treevae-dist sweep --seeds 1-5 --out runs/strokes-sweep
              mpirun -np 4 treevae-dist sweep --seeds 1-20 --at-once 4 --config configs/mnist-tenth.yml --data data/mnist \\
                --out runs/mnist-sweep
              treevae-dist sweep --seeds 1-20 --table --data data/mnist --out runs/mnist-sweep
            """)

    @Option(help: ArgumentHelp("The seeds: 1-20, or 3,5,8-10.", valueName: "list"))
    var seeds: String

    @Option(
        help: ArgumentHelp("YAML file; see docs/configuration.md.", valueName: "file"),
        completion: .file(extensions: ["yml", "yaml"]))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Directory of shards, made by 'treevae-dist prepare'; strokes without it.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: ArgumentHelp("Directory of the sweep.", valueName: "dir"), completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp("Runs at the same time, each on its share of the ranks.", valueName: "runs"))
    var atOnce = 1

    @Flag(help: "Train nothing: compare what is finished.")
    var table = false

    @Argument(help: ArgumentHelp("Overrides of single configuration keys.", valueName: "key=value"))
    var overrides: [String] = []

    package init() {}

    package func validate() throws {
        if config != nil && data == nil {
            throw ValidationError(
                "--config says how to train, but not on what: name a directory of shards with --data.")
        }
        if atOnce < 1 { throw ValidationError("--at-once \(atOnce): at least 1 run.") }
        try requireOverrides(overrides)
        if overrides.contains(where: { $0.hasPrefix("seed=") }) {
            throw ValidationError("seed= names one seed: name those of a sweep with --seeds.")
        }
    }

    package func run() throws {
        Launch.run { communicator in
            StopSignal.install()
            let sweep = try communicator.agree("sweep") {
                Sweep(
                    seeds: try SeedList.parse(seeds), in: SweepDirectory(out), configuration: config,
                    defaults: data == nil ? .embedded : .chosen, overrides: overrides,
                    source: data.map(RunPlan.Source.shards) ?? .strokes)
            }
            if !table { try sweep.train(atOnce: atOnce, communicator, said: printToStandardError) }
            let result = try sweep.compare(communicator)
            guard communicator.rank == 0 else { return }
            print(result.text)
            if !result.missing.isEmpty {
                printToStandardError(
                    "not finished: " + result.missing.map { "seed \($0)" }.joined(separator: ", "))
            }
        }
    }
}
