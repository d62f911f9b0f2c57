import Checkpoints
import Collectives
import Configuration
import Datasets
import DeepECT
import Files
import Inference
import RunProgress
import RunLog
import Store
import Training

/// Trains the same configuration from several seeds and compares what comes out.
///
/// The seeds' runs are whole runs of `train`, each in a directory of its own. What is finished is left alone and what was
/// begun goes on, so that a sweep may be stopped, given more seeds, or shared by several jobs.
public struct Sweep: Sendable {
    private let seeds: [Int]
    private let directory: SweepDirectory
    private let configuration: String?
    private let defaults: RunPlan.Defaults
    private let overrides: [String]
    private let source: RunPlan.Source

    /// - Parameters:
    ///   - configuration: path of a file, if there is one.
    ///   - overrides: `key=value`; not of `seed`.
    public init(
        seeds: [Int], in directory: SweepDirectory, configuration: String?, defaults: RunPlan.Defaults,
        overrides: [String], source: RunPlan.Source
    ) {
        self.seeds = seeds
        self.directory = directory
        self.configuration = configuration
        self.defaults = defaults
        self.overrides = overrides
        self.source = source
    }

    /// Trains what is not finished; collective.
    ///
    /// - Parameters:
    ///   - runs: so many at once, each on its share of the ranks.
    ///   - said: told the start and the end of each run, on one rank of it.
    public func train(
        atOnce runs: Int, _ communicator: any Communicator, said: (String) -> Void = { _ in }
    ) throws {
        guard runs <= communicator.size else {
            throw TrainingError(
                "\(runs) runs at once take as many ranks, there are \(communicator.size): start more ranks, or fewer runs"
            )
        }
        guard runs > 1 else { return try train(seeds, communicator, said: said) }
        let group = communicator.rank * runs / communicator.size
        guard let part = try communicator.split(group: group, purpose: "groups of a sweep") else {
            preconditionFailure("every rank is in a group")
        }
        let mine = seeds.enumerated().filter { $0.offset % runs == group }.map(\.element)
        let outcome = Result { try train(mine, part, said: said) }
        try part.finalize()
        // A signal reaches all groups; any other failure is told to those that still trained.
        if case .failure(let interruption as Interruption) = outcome { throw interruption }
        try communicator.agree("runs of a sweep") { try outcome.get() }
    }

    private func train(
        _ seeds: [Int], _ communicator: any Communicator, said: (String) -> Void
    ) throws {
        for seed in seeds {
            let run = directory.run(seed: seed)
            let isFinished = try communicator.agree("run of a seed") { Directory.hasFile(run.model) }
            if isFinished { continue }
            if communicator.rank == 0 { said("seed \(seed) begins in \(run.path)") }
            let plan = try communicator.agree("configuration and data") {
                try RunPlan(
                    configuration: configuration, defaults: defaults, overrides: overrides + ["seed=\(seed)"],
                    source: source, directory: run, resumes: run.hasRun, ranks: communicator.size)
            }
            switch plan.configuration.precision {
            case .float, .mixed: try train(plan, as: Float.self, communicator)
            case .double: try train(plan, as: Double.self, communicator)
            }
            if communicator.rank == 0 { said("seed \(seed) is finished") }
        }
    }

    private func train<R: Scalar>(_ plan: RunPlan, as scalar: R.Type, _ communicator: any Communicator) throws
    {
        let plan = try plan.digested(by: communicator)
        if plan.configuration.model.kind == .deepect {
            let trainer = try communicator.agree("output directory and checkpoint") {
                try DeepECTTrainer<R>(
                    plan, communicator: communicator, display: RunDisplay(verbosity: .quiet))
            }
            _ = try trainer.run()
            return
        }
        let trainer = try communicator.agree("output directory and checkpoint") {
            try Trainer<R>(plan, communicator: communicator, display: RunDisplay(verbosity: .quiet))
        }
        _ = try trainer.run()
    }

    /// Compares all runs of the directory that are finished, and writes the table and the support of their splits; collective.
    ///
    /// - Returns: the table for people, and the seeds that are not finished; on every rank.
    public func compare(_ communicator: any Communicator) throws -> (text: String, missing: [Int]) {
        let finished = try communicator.agree("runs of a sweep") { try directory.finishedSeeds() }
        guard !finished.isEmpty else {
            throw TrainingError("\(directory.path) holds no finished run yet: train one first")
        }
        let runs = try finished.map { try look($0, communicator) }
        let table = SweepTable(runs)
        try communicator.agree("table of a sweep") {
            guard communicator.rank == 0 else { return }
            try AtomicFile.write(table.csv, to: directory.table)
            try AtomicFile.write(Self.support(of: runs), to: directory.support)
        }
        return (table.text, seeds.filter { !finished.contains($0) })
    }

    /// A finished run, on the samples that training followed.
    private func look(_ seed: Int, _ communicator: any Communicator) throws -> SweepRun {
        let (reader, dataset) = try communicator.agree("finished run") {
            let reader = try CheckpointReader(directory.run(seed: seed).model)
            let limit = reader.header.configuration.data.limit
            let memory = reader.header.configuration.data.memoryBytes
            let dataset: Dataset
            switch source {
            case .shards(let path):
                let split: Split = try Dataset.hasSplit(.test, in: path) ? .test : .train
                dataset = try Dataset.load(
                    directory: path, splits: [split], limit: limit, readsIDs: false, memory: memory)[0]
            case .strokes: dataset = Strokes.generate(split: .test).limited(to: limit)
            }
            try Evaluation.check(reader, reads: dataset)
            return (reader, dataset)
        }
        switch reader.header.configuration.precision {
        case .float, .mixed:
            return try SweepRun(
                seed: seed, reader, on: dataset, communicator: communicator, scalar: Float.self)
        case .double:
            return try SweepRun(
                seed: seed, reader, on: dataset, communicator: communicator, scalar: Double.self)
        }
    }

    private static func support(of runs: [SweepRun]) -> String {
        var text = SupportFile.heading + "\n"
        for run in runs {
            let others = runs.filter { $0.seed != run.seed }.map(\.member)
            for (node, share) in SplitSupport(of: run.member, by: others).shares.sorted(by: {
                $0.key < $1.key
            }) {
                text += "\(run.seed),\(node),\(share),\(run.model)\n"
            }
        }
        return text
    }
}
