import Checkpoints
import Collectives
import Configuration
import Datasets
import DeepECT
import Files
import Foundation
import Inference
import Store
import Sweeps
import Training
import Ward

/// Makes a table of the paper again: prepares data, trains what is not trained, measures what is not measured.
///
/// Everything that is done is kept in the output directory, `DATASET/SCHEDULE/MODEL/seed-N` for runs, with
/// `figures-TABLE-METHOD.json` beside each. So the same command goes on where it stopped, and jobs of an array may share the
/// directory, each with seeds of its own.
public struct Reproduction: Sendable {
    private let plan: ReproductionPlan

    /// Checks that the plan's rows belong to its table.
    ///
    /// - Throws: ``TrainingError`` where they do not.
    public init(_ plan: ReproductionPlan) throws {
        for method in plan.methods where !plan.table.methods.contains(method) {
            throw TrainingError(
                "--methods \(method.rawValue): \(plan.table.rawValue) has "
                    + plan.table.methods.map(\.rawValue).joined(separator: ", "))
        }
        for dataset in plan.datasets where !plan.table.datasets.contains(dataset) {
            throw TrainingError(
                "--datasets \(dataset): \(plan.table.rawValue) has "
                    + plan.table.datasets.joined(separator: ", "))
        }
        self.plan = plan
    }

    /// Prepares and trains what is missing; collective.
    ///
    /// - Parameters:
    ///   - runs: so many at once, each on its share of the ranks.
    ///   - said: told what begins and ends, on one rank.
    public func train(
        atOnce runs: Int, _ communicator: any Communicator, said: @escaping (String) -> Void
    ) throws {
        for dataset in plan.datasets {
            try communicator.agree("data of a table") {
                if communicator.rank == 0 { try prepare(dataset, said) }
            }
            let models = plan.methods.flatMap { $0.models(plan.table) }
            for (index, model) in models.enumerated() where !models[..<index].contains(model) {
                let sweep = try communicator.agree("configuration of a table") {
                    try makeSweep(model, dataset)
                }
                if communicator.rank == 0 { said("\(dataset), \(model.rawValue)") }
                try sweep.train(atOnce: runs, communicator, said: said)
            }
        }
    }

    /// The records of all methods, data sets and seeds that are there; collective.
    public func measure(_ communicator: any Communicator, said: (String) -> Void) throws
        -> [ReproductionRecord]
    {
        var records: [ReproductionRecord] = []
        for dataset in plan.datasets {
            for method in plan.methods {
                for seed in method.dependsOnSeed ? plan.seeds : [0] {
                    let runs = method.models(plan.table).map { run($0, dataset, seed: seed) }
                    let isThere = try communicator.agree("runs of a table") {
                        runs.allSatisfy { Directory.hasFile($0.model) } && Directory.exists(shards(dataset))
                    }
                    guard isThere else { continue }
                    records.append(
                        try record(method, dataset, seed: seed, runs: runs, communicator, said: said))
                }
            }
        }
        return records
    }

    // MARK: Data and runs

    private func shards(_ dataset: String) -> String { Directory.join(plan.data, dataset) }

    private func prepare(_ dataset: String, _ said: (String) -> Void) throws {
        let target = shards(dataset)
        guard !Directory.exists(target) else { return }
        guard let downloads = plan.downloads, let preparation = Preparation(rawValue: dataset) else {
            throw TrainingError(
                "\(target): there is no such directory: prepare the data set with 'treevae-dist prepare \(dataset)', or "
                    + "name its publisher's files with --downloads")
        }
        var options = SourceOptions()
        // As the code that made the tables.
        if preparation.options.contains(.resize) { options.resizing = .interpolated }
        let folder = dataset == "omniglot-5" ? "omniglot" : dataset
        let source = try preparation.source(
            from: Directory.join(downloads, folder), options: options)
        try Directory.create(plan.data)
        try ShardWriter.write(source, to: target)
        said("\(dataset) is prepared in \(target)")
    }

    private func directory(_ model: TrainedModel, _ dataset: String) -> SweepDirectory {
        let path = [dataset, plan.schedule.rawValue, model.rawValue].reduce(plan.out, Directory.join)
        return SweepDirectory(path)
    }

    private func run(_ model: TrainedModel, _ dataset: String, seed: Int) -> RunDirectory {
        directory(model, dataset).run(seed: seed)
    }

    private func makeSweep(_ model: TrainedModel, _ dataset: String) throws -> Sweep {
        let file = Directory.join(
            plan.configurations, dataset + model.configurationSuffix + ".yml")
        var overrides: [String] = []
        if plan.schedule == .tenth {
            overrides = TenthSchedule.overrides(of: try Configuration(file: file))
        }
        if [.largeTree, .deepect].contains(model) {
            overrides.append("growth.max_leaves=\(ClusterCounts.purity(dataset))")
        }
        return Sweep(
            seeds: plan.seeds, in: directory(model, dataset), configuration: file, defaults: .published,
            overrides: overrides + plan.overrides, source: .shards(shards(dataset)))
    }

    // MARK: Figures

    /// The record that is kept, or a new one.
    private func record(
        _ method: Method, _ dataset: String, seed: Int, runs: [RunDirectory],
        _ communicator: any Communicator,
        said: (String) -> Void
    ) throws -> ReproductionRecord {
        let name = "figures-\(plan.table.rawValue)-\(method.rawValue).json"
        let file = Directory.join(runs.first?.path ?? Directory.join(plan.out, dataset), name)
        let kept: ReproductionRecord? = try communicator.agree("figures that are kept") {
            guard let data = FileManager.default.contents(atPath: file) else { return nil }
            let record = try? JSONDecoder().decode(ReproductionRecord.self, from: data)
            // Another number of draws is another figure.
            return record?.figures["draws"] ?? Double(plan.draws) == Double(plan.draws) ? record : nil
        }
        if let kept { return kept }
        if communicator.rank == 0 { said("measuring \(dataset), \(method.rawValue), seed \(seed)") }
        var record = try measure(method, dataset, seed: seed, runs: runs, communicator)
        if record[.logLikelihood] != nil { record.figures["draws"] = Double(plan.draws) }
        try communicator.agree("figures of a run") {
            guard communicator.rank == 0 else { return }
            try Directory.create(Directory.parent(of: file))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try AtomicFile.write(Array(try encoder.encode(record)), to: file)
        }
        return record
    }

    private func measure(
        _ method: Method, _ dataset: String, seed: Int, runs: [RunDirectory],
        _ communicator: any Communicator
    ) throws -> ReproductionRecord {
        let test = try communicator.agree("test split of a table") {
            try Dataset.load(directory: shards(dataset), split: .test)
        }
        let readers = try communicator.agree("finished runs") {
            try runs.map { run in
                let reader = try CheckpointReader(run.model)
                try Evaluation.check(reader, reads: test)
                return reader
            }
        }
        var seconds = readers.reduce(0) { sum, reader in
            sum + reader.header.history.reduce(0) { $0 + $1.seconds }
        }
        var figures: [Metric: Double] = [:]
        switch method {
        case .agg, .vaeAgg, .ladderVaeAgg:
            let start = ContinuousClock.now
            figures = try agglomerate(test, readers.first, dataset, communicator)
            seconds += (ContinuousClock.now - start) / .seconds(1)
        case .deepect:
            let evaluation = try DeepECTEvaluation(readers[0], on: test, communicator: communicator)
            guard let tree = evaluation.scores,
                let flat = evaluation.scores(leaves: ClusterCounts.flat(dataset))
            else { throw TrainingError("\(shards(dataset)): a table needs labels, and there are none") }
            figures = [
                .dp: 100 * tree.dp, .lp: 100 * tree.lp, .acc: 100 * flat.acc, .nmi: 100 * flat.nmi,
            ]
        case .vae, .ladderVae, .treeVae:
            for (reader, model) in zip(readers, method.models(plan.table)) {
                let evaluation = try evaluate(reader, on: test, communicator)
                switch plan.table {
                case .table2:
                    figures[.logLikelihood] = evaluation.logLikelihood?.published
                    figures[.reconstruction] = evaluation.terms.reconstruction
                    figures[.elbo] = evaluation.terms.elbo
                case .table1:
                    guard let scores = evaluation.scores else { continue }
                    if model == .largeTree {
                        (figures[.dp], figures[.lp]) = (100 * scores.dp, 100 * scores.lp)
                    } else {
                        (figures[.acc], figures[.nmi]) = (100 * scores.acc, 100 * scores.nmi)
                    }
                }
            }
        }
        return ReproductionRecord(
            dataset: dataset, method: method, seed: seed, seconds: seconds, figures: figures)
    }

    private func evaluate(
        _ reader: CheckpointReader, on test: Dataset, _ communicator: any Communicator
    ) throws -> Evaluation {
        let draws = plan.table == .table2 ? plan.draws : nil
        return switch reader.header.configuration.precision {
        case .float, .mixed:
            try Evaluation.run(
                reader, on: test, communicator: communicator, scalar: Float.self, draws: draws)
        case .double:
            try Evaluation.run(
                reader, on: test, communicator: communicator, scalar: Double.self, draws: draws)
        }
    }

    /// Ward's clustering of the samples or, with a model, of what its code hands out: a draw of the last latent.
    private func agglomerate(
        _ test: Dataset, _ reader: CheckpointReader?, _ dataset: String, _ communicator: any Communicator
    ) throws -> [Metric: Double] {
        let points = try communicator.agree("points") {
            guard let reader else { return try Points(test) }
            let node = reader.header.tree.leaves[0]
            return switch reader.header.configuration.precision {
            case .float, .mixed:
                try Points(
                    latents: .sample, of: test, node: node, reader, communicator: communicator,
                    scalar: Float.self)
            case .double:
                try Points(
                    latents: .sample, of: test, node: node, reader, communicator: communicator,
                    scalar: Double.self)
            }
        }
        let dendrogram = try WardClustering.cluster(points, communicator: communicator)
        func scores(_ clusters: Int) -> CutScores {
            CutScores(dendrogram, of: test, clusters: min(clusters, test.count))
        }
        guard let tree = scores(ClusterCounts.purity(dataset)).scores,
            let flat = scores(ClusterCounts.flat(dataset)).scores
        else { throw TrainingError("\(shards(dataset)): a table needs labels, and there are none") }
        return [
            .dp: 100 * tree.dp, .lp: 100 * tree.lp, .acc: 100 * flat.acc, .nmi: 100 * flat.nmi,
        ]
    }
}
