import ArgumentParser
import Collectives
import Reproduction
import Sweeps

/// `treevae-dist reproduce`: a table of the paper, ours beside the paper's.
package struct ReproduceCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Make a table of the paper again, and print ours beside the paper's.",
        discussion: """
            table1 is hierarchical clustering (dendrogram and leaf purity, accuracy, NMI of Agg, VAE + Agg, LadderVAE + Agg \
            and TreeVAE), table2 generation (log-likelihood, reconstruction loss, ELBO of VAE, LadderVAE and TreeVAE). \
            What is prepared, trained or measured already is left alone and what was stopped goes on, so the same command \
            continues, and jobs of a Slurm array may share one directory, each with seeds of its own and the last \
            with --table.

            --data has a directory of shards for each data set, named as in 'prepare'; what is missing is made from \
            --downloads, where there is a directory of the publisher's files for each. The tenth schedule has a tenth of the \
            paper's epochs. Beside the table, which is also OUT/TABLE-SCHEDULE.md, all figures go to \
            OUT/TABLE-SCHEDULE.h5.

            EXAMPLES:
              treevae-dist reproduce table1 --data data --datasets mnist --seeds 1-3 --schedule tenth --out runs/tables
              mpirun -np 8 treevae-dist reproduce table2 --data data --downloads downloads --at-once 4 --out runs/tables
              treevae-dist reproduce table1 --data data --datasets mnist --methods agg --out runs/tables
            """)

    @Argument(help: "The table: \(PaperTable.allCases.map(\.rawValue).joined(separator: ", ")).")
    var table: PaperTable

    @Option(
        help: ArgumentHelp("Directory with a directory of shards for each data set.", valueName: "dir"),
        completion: .directory)
    var data = "data"

    @Option(
        help: ArgumentHelp(
            "Directory with a directory of the publisher's files for each data set.", valueName: "dir"),
        completion: .directory)
    var downloads: String?

    @Option(help: ArgumentHelp("Directory of the configurations.", valueName: "dir"), completion: .directory)
    var configs = "configs"

    @Option(
        help: ArgumentHelp("Directory of runs and tables.", valueName: "dir"), completion: .directory)
    var out: String

    @Option(help: ArgumentHelp("Data sets, with commas; all of the table without.", valueName: "list"))
    var datasets: String?

    @Option(
        help: ArgumentHelp(
            "Rows, with commas: \(Method.allCases.map(\.rawValue).joined(separator: ", ")); all of the table without.",
            valueName: "list"))
    var methods: String?

    @Option(help: ArgumentHelp("The seeds: 1-20, or 3,5,8-10.", valueName: "list"))
    var seeds = "1-10"

    @Option(
        help: "The schedule: \(ReproductionPlan.Schedule.allCases.map(\.rawValue).joined(separator: ", ")).")
    var schedule = ReproductionPlan.Schedule.published

    @Option(help: ArgumentHelp("Draws of the log-likelihood.", valueName: "draws"))
    var draws = 1000

    @Option(
        help: ArgumentHelp("Runs at the same time, each on its share of the ranks.", valueName: "runs"))
    var atOnce = 1

    @Flag(name: .customLong("table"), help: "Train nothing: measure what is finished.")
    var measuresAlone = false

    @Argument(help: ArgumentHelp("Overrides of configuration keys, in every run.", valueName: "key=value"))
    var overrides: [String] = []

    package init() {}

    package func validate() throws {
        if draws < 1 { throw ValidationError("--draws \(draws): a likelihood takes at least 1 draw.") }
        if atOnce < 1 { throw ValidationError("--at-once \(atOnce): at least 1 run.") }
        if let stray = overrides.first(where: { !$0.contains("=") || $0.hasPrefix("seed=") }) {
            throw ValidationError("'\(stray)' is no override: write key=value, and seeds with --seeds.")
        }
        _ = try chosenMethods()
    }

    private func chosenMethods() throws -> [Method] {
        guard let methods else { return table.methods }
        return try methods.split(separator: ",").map { name in
            guard let method = Method(rawValue: String(name)) else {
                throw ValidationError(
                    "--methods: '\(name)' is none of \(Method.allCases.map(\.rawValue).joined(separator: ", "))."
                )
            }
            return method
        }
    }

    package func run() throws {
        Launch.run { communicator in
            StopSignal.install()
            let plan = try communicator.agree("plan of a table") { try makePlan() }
            let reproduction = try communicator.agree("plan of a table") { try Reproduction(plan) }
            if !measuresAlone {
                try reproduction.train(atOnce: atOnce, communicator, said: printToStandardError)
            }
            let records = try reproduction.measure(communicator, said: printToStandardError)
            try communicator.agree("table") {
                guard communicator.rank == 0 else { return }
                let table = ReproductionTable(plan, records)
                let files = try table.write()
                print(table.text)
                printToStandardError("written: " + files.joined(separator: ", "))
            }
        }
    }

    private func makePlan() throws -> ReproductionPlan {
        var plan = ReproductionPlan(
            table, data: data, downloads: downloads, configurations: configs, out: out)
        if let datasets { plan.datasets = datasets.split(separator: ",").map(String.init) }
        plan.methods = try chosenMethods()
        plan.seeds = try SeedList.parse(seeds)
        plan.schedule = schedule
        plan.draws = draws
        plan.overrides = overrides
        return plan
    }
}

extension PaperTable: ExpressibleByArgument {}

extension ReproductionPlan.Schedule: ExpressibleByArgument {}
