import ArgumentParser
import Checkpoints
import Collectives
import CommandOptions
import Configuration
import Datasets
import DeepECT
import Foundation
import RunProgress
import RunLog
import Topology
import Training

/// `treevae-dist train`, and the bare command.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train, grow, prune and fine-tune a tree (the default command).",
        discussion: """
            Without a configuration and data it trains the embedded default: "strokes", digits drawn by the \
            program itself. The global batch is the configuration's whatever the number of ranks, and the \
            answer does not depend on it.

            With data alone, family, likelihood, batch, schedule and growth follow from the samples; what was chosen \
            is printed with the reason, stands in OUT/config.yml, and gives way to key=value.

            OUT gets metrics.jsonl, config.yml (resolved), checkpoints/, model.h5 and report.html. A run that was stopped \
            goes on from its last checkpoint with --resume. 'inspect --watch OUT' follows it from another \
            terminal.

            EXAMPLES:
              treevae-dist
              mpirun -np 2 treevae-dist
              mpirun -np 2 treevae-dist train --config configs/mnist.yml --data data/mnist --out runs/mnist
              mpirun -np 2 treevae-dist train --data data/mnist --out runs/mnist --resume
              treevae-dist train --config configs/mnist.yml --data data/mnist --out runs/try \\
                data.limit=6000 training.epochs.initial=2 growth.max_leaves=4
              mpirun -np 4 treevae-dist train --config configs/mnist.yml --data data/mnist --pause-rank 2
            """)

    @Option(
        help: ArgumentHelp("YAML file; see docs/configuration.md.", valueName: "file"),
        completion: .file(extensions: ["yml", "yaml"]))
    var config: String?

    @Option(
        help: ArgumentHelp("Directory of shards, made by 'treevae-dist prepare'.", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Directory to write to; without it, the first of runs/NAME, runs/NAME-2, … that holds no run.",
            valueName: "dir"), completion: .directory)
    var out: String?

    @Flag(help: "Go on from the newest valid checkpoint in OUT.")
    var resume = false

    @Flag(help: "Start anew where OUT holds a run, and replace that run's files.")
    var force = false

    @Option(
        help: ArgumentHelp(
            "Write OUT/report.html not at the end alone, but after every phase of this name, too: \(ReportedPhases.names).",
            valueName: "phase"))
    var reportEvery: ReportedPhases?

    @Flag(inversion: .prefixedNo, help: "Write OUT/report.html, a page that shows the run, at its end.")
    var report = true

    @Flag(help: "Check configuration, data and memory, print what would run, and end.")
    var dryRun = false

    @Flag(help: "Also write the epochs to OUT as a TensorBoard event file.")
    var tensorboard = false

    @Flag(help: "Say nothing on standard error but what goes wrong.")
    var quiet = false

    @Flag(
        inversion: .prefixedNo,
        help: """
            Draw a bar on standard error, also where it is no terminal; without it where there is one, be it behind \
            mpirun.
            """)
    var progress: Bool?

    @Flag(help: "Leave a line for each epoch on a terminal too, and tell what else takes time.")
    var verbose = false

    @Option(
        help: ArgumentHelp("Print that rank's process id and wait there for a debugger.", valueName: "rank"))
    var pauseRank: Int?

    @Argument(help: ArgumentHelp("Overrides of single configuration keys.", valueName: "key=value"))
    var overrides: [String] = []

    func validate() throws {
        if config != nil && data == nil && !resume {
            throw ValidationError(
                "--config says how to train, but not on what: name a directory of shards with --data.")
        }
        if resume && out == nil {
            throw ValidationError("--resume goes on with a run: name its directory with --out.")
        }
        if resume && force {
            throw ValidationError(
                "--resume goes on with the run in OUT, --force replaces it: only one of them.")
        }
        if quiet && verbose { throw ValidationError("--quiet and --verbose: only one of them.") }
        if !report && reportEvery != nil {
            throw ValidationError("--no-report and --report-every: only one of them.")
        }
        try requireOverrides(
            overrides,
            commands: TreeVAEDist.configuration.subcommands.compactMap { $0.configuration.commandName })
    }

    func run() throws {
        Launch.run { communicator in
            if let pauseRank {
                try communicator.agree("rank to pause") { try pause(pauseRank, communicator) }
            }
            StopSignal.install()
            let plan: RunPlan = try communicator.agree("configuration and data") {
                try makePlan(communicator)
            }
            let essentials = try communicator.agree("digest of the data") { try plan.essentials() }
            try communicator.requireAlike(essentials, purpose: "configuration and data")
            switch plan.configuration.precision {
            case .float, .mixed: try train(plan, as: Float.self, communicator)
            case .double: try train(plan, as: Double.self, communicator)
            }
        }
    }

    private func makePlan(_ communicator: any Communicator) throws -> RunPlan {
        // Without any file the embedded default trains on the embedded data; data alone, with what they ask for.
        let source = data.map(RunPlan.Source.shards) ?? .strokes
        return try RunPlan(
            configuration: config, defaults: data == nil ? .embedded : .chosen, overrides: overrides,
            source: source, directory: out.map { RunDirectory($0) } ?? defaultDirectory(after: nil),
            alternative: out == nil ? { defaultDirectory(after: $0) } : nil, resumes: resume,
            replacesRun: force, ranks: communicator.size)
    }

    /// `runs/strokes`, or the first numbered one that holds no run, neither a finished one nor one that has just begun.
    /// Every rank finds the same one: nothing is created before all have looked.
    ///
    /// - Parameter taken: one that another run was quicker to take; those behind it are looked at.
    private func defaultDirectory(after taken: RunDirectory?) -> RunDirectory {
        let name = data.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "strokes"
        var directories = sequence(first: 1) { $0 + 1 }.lazy.map {
            RunDirectory($0 == 1 ? "runs/\(name)" : "runs/\(name)-\($0)")
        }.makeIterator()
        if let taken { while let next = directories.next(), next.path != taken.path {} }
        while let next = directories.next() { if !next.isTaken { return next } }
        preconditionFailure("numbers do not end")
    }

    private func train<R: Scalar>(_ plan: RunPlan, as scalar: R.Type, _ communicator: any Communicator) throws
    {
        let isSpeaker = communicator.rank == 0
        if plan.configuration.model.kind == .deepect {
            return try trainClusterTree(plan, as: R.self, communicator)
        }
        try communicator.agree("memory and forecast") {
            let description = DryRun<R>(plan, ranks: communicator.size)
            if isSpeaker && (dryRun || !quiet) {
                for notice in plan.notices { printToStandardError(notice) }
                printToStandardError(description.text)
            }
            try description.requireMemory()
            if dryRun && isSpeaker { printToStandardError(try description.estimate()) }
        }
        if dryRun { return }
        let plan = try plan.digested(by: communicator)
        let trainer = try communicator.agree("output directory and checkpoint") {
            try Trainer<R>(plan, communicator: communicator, display: display)
        }
        let outcome = try trainer.run()
        guard isSpeaker else { return }
        show(
            outcome.tree, outcome.evaluation.clustering, outcome.classNames, outcome.evaluation.text,
            in: trainer.directory)
        // Last, where it is seen.
        if report { print("report      \(trainer.directory.report)") }
    }

    /// A deep embedded cluster tree, whose runs have no page.
    private func trainClusterTree<R: Scalar>(
        _ plan: RunPlan, as scalar: R.Type, _ communicator: any Communicator
    ) throws {
        let isSpeaker = communicator.rank == 0
        if isSpeaker && (dryRun || !quiet) {
            for notice in plan.notices { printToStandardError(notice) }
            printToStandardError(DeepECTForecast(plan, ranks: communicator.size).text)
        }
        if dryRun { return }
        let plan = try plan.digested(by: communicator)
        let trainer = try communicator.agree("output directory and checkpoint") {
            try DeepECTTrainer<R>(plan, communicator: communicator, display: display)
        }
        let outcome = try trainer.run()
        guard isSpeaker else { return }
        show(
            outcome.tree, outcome.evaluation.clustering, outcome.classNames, outcome.evaluation.text,
            in: trainer.directory)
    }

    /// Prints what a run ended with.
    private func show(
        _ tree: Tree, _ clustering: Clustering, _ classNames: [String], _ evaluation: String,
        in directory: RunDirectory
    ) {
        let style = TreeText.Style(for: Terminal(descriptor: 1))
        print(TreeText(tree, clustering: clustering, classNames: classNames, style: style).render())
        print(evaluation)
        print("model       \(directory.model)")
        print("metrics     \(directory.metrics)")
        print("checkpoints \(directory.checkpoints)")
    }

    private var display: RunDisplay {
        RunDisplay(
            verbosity: quiet ? .quiet : verbose ? .verbose : .normal, writesEvents: tensorboard,
            writesReport: report, reportedPhases: reportEvery?.phases ?? [], drawsBar: progress)
    }

    /// Waits until a debugger is attached, so that it sees everything from the first line on.
    private func pause(_ rank: Int, _ communicator: any Communicator) throws {
        guard (0..<communicator.size).contains(rank) else {
            throw TrainingError("--pause-rank \(rank): there are ranks 0 to \(communicator.size - 1)")
        }
        if communicator.rank == rank {
            printToStandardError(
                "rank \(rank) is process \(getpid()) and waits for a debugger: gdb -p \(getpid()), then continue"
            )
            while !isTraced { usleep(200_000) }
        }
    }

    private var isTraced: Bool {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
            return true
        }
        return status.split(separator: "\n").contains { $0.hasPrefix("TracerPid:") && !$0.hasSuffix("\t0") }
    }
}
