import Batches
import Bounds
import Checkpoints
import Collectives
import Configuration
import Datasets
import Defaults
import Files
import Foundation
import Inference
import Networks
import Store
import Topology
import TreeModel

/// What a run needs before its first step, read and checked.
public struct RunPlan {
    /// The resolved configuration.
    public private(set) var configuration: Configuration
    /// The training split.
    public let training: Dataset
    /// The test split, if there is one.
    public let test: Dataset?
    /// Where the run is to write.
    public let directory: RunDirectory
    /// Another directory, should one be taken by then; nil where the user has named it.
    private let alternative: ((RunDirectory) -> RunDirectory)?
    /// The checkpoint it goes on from, if it resumes one.
    public let checkpoint: CheckpointReader?
    /// Where the data lie, from the root of the file system on; nil of data that the program draws itself.
    private let dataDirectory: String?
    /// Whether a run in the directory makes way for this one.
    private let replacesRun: Bool
    /// What the user should know.
    public let notices: [String]
    /// Settings that follow from the data, where nothing else was said.
    let choices: [ChosenSettings.Choice]
    /// What tells the data from others, once all ranks have looked.
    package private(set) var dataDigests: DataDigests?

    /// What all ranks of a run have alike: its configuration and its data, a line each.
    ///
    /// - Throws: `StoreError` where data cannot be read.
    public func essentials() throws -> String {
        let data = try datasets.map {
            "data \($0.name), \($0.count) samples of \($0.shape), scale \($0.scale), digest of \(try $0.digest())"
        }
        let start = checkpoint.map { "checkpoint after \($0.header.history.count) epochs" } ?? "no checkpoint"
        return ([configuration.yaml(), start] + data).joined(separator: "\n")
    }

    /// The same plan, for data of which the ranks have computed the digests together; collective.
    ///
    /// - Throws: `TrainingError` on all ranks where a run would go on with other data than it was started with;
    ///   `StoreError` where data cannot be read.
    public func digested(by communicator: any Communicator) throws -> RunPlan {
        var plan = self
        let digests = DataDigests(
            training: try training.sharedDigest(communicator), test: try test?.sharedDigest(communicator))
        plan.dataDigests = digests
        try communicator.agree("data of the run") { try plan.requireSameData(digests) }
        return plan
    }

    /// Another limit on the number of samples is another wish, and no accident.
    private func requireSameData(_ found: DataDigests) throws {
        guard let checkpoint, let recorded = checkpoint.header.dataDigests,
            checkpoint.header.configuration.data.limit == configuration.data.limit
        else { return }
        for (name, dataset, found, recorded) in [
            ("training", training, found.training, recorded.training),
            ("test", test ?? training, found.test ?? "", recorded.test ?? ""),
        ] where found != recorded && !found.isEmpty && !recorded.isEmpty {
            throw TrainingError(
                "\(checkpoint.path) was trained with other values: the \(name) samples of \(dataset.name) have the digest "
                    + "\(found), those that the run was started with had \(recorded). Resume with the data of the start, or "
                    + "start a new run")
        }
    }

    /// The splits that there are.
    package var datasets: [Dataset] { [training, test].compactMap { $0 } }

    /// Where the samples come from.
    public enum Source: Sendable {
        /// Shards in a directory.
        case shards(String)
        /// The embedded data set, drawn by the program itself.
        case strokes
    }

    /// What stands in for a configuration file.
    public enum Defaults: Sendable {
        /// The short schedule of the embedded data set.
        case embedded
        /// The settings behind the published tables.
        case published
        /// What the data ask for.
        case chosen
    }

    /// Reads configuration and data and checks that one can be trained on the other.
    ///
    /// - Parameters:
    ///   - file: path of the configuration, if there is one.
    ///   - defaults: what counts without a file.
    ///   - overrides: `key=value`, dotted keys.
    ///   - alternative: another directory, should one be taken by then; nil where the user has named it.
    ///   - resumes: whether the run goes on from the newest valid checkpoint in `directory`.
    ///   - replacesRun: whether a run that is in `directory` makes way for a new one.
    ///   - ranks: number of ranks.
    /// - Throws: an error that says what is wrong, where, and what to do.
    public init(
        configuration file: String?, defaults: Defaults, overrides: [String], source: Source,
        directory: RunDirectory, alternative: ((RunDirectory) -> RunDirectory)? = nil, resumes: Bool,
        replacesRun: Bool = false, ranks: Int
    ) throws {
        self.directory = directory
        self.alternative = alternative
        self.replacesRun = replacesRun
        var notices: [String] = []
        // What was said, from which follows how the data are read.
        let named: Configuration
        if resumes {
            let (checkpoint, skipped) = try Resume.newest(in: directory)
            notices = skipped + ["resuming from \(checkpoint.path)"]
            named = try Self.resumed(checkpoint, file: file, overrides: overrides)
            self.checkpoint = checkpoint
        } else {
            if !replacesRun { try Self.requireNoRun(in: directory) }
            named = try Self.fresh(file, defaults: defaults, overrides: overrides)
            checkpoint = nil
        }
        let limit = named.data.limit
        switch source {
        case .shards(let path):
            dataDirectory = URL(fileURLWithPath: path).standardizedFileURL.path
            // A directory that cannot be listed is reported by loading from it.
            let hasTest = (try? Dataset.hasSplit(.test, in: path)) ?? false
            let datasets = try Dataset.load(
                directory: path, splits: hasTest ? [.train, .test] : [.train], limit: limit, readsIDs: false,
                memory: named.data.memoryBytes, expecting: checkpoint?.expectation)
            training = datasets[0]
            test = hasTest ? datasets[1] : nil
        case .strokes:
            dataDirectory = nil
            training = Strokes.generate(split: .train).limited(to: limit)
            test = Strokes.generate(split: .test).limited(to: limit)
        }
        if defaults == .chosen, file == nil, checkpoint == nil {
            let chosen = try ChosenSettings(DataFacts(training), overrides: overrides)
            configuration = try chosen.configuration(overrides: overrides)
            choices = chosen.choices
        } else {
            configuration = named
            choices = []
        }
        try configuration.validate(ranks: ranks)
        self.notices = notices + choices.map(\.text) + (checkpoint?.notices(reading: training) ?? [])
        try check()
    }

    private static func fresh(_ file: String?, defaults: Defaults, overrides: [String]) throws
        -> Configuration
    {
        if file != nil || defaults == .embedded { return try Configuration(file: file, overrides: overrides) }
        var configuration = Configuration()
        try configuration.apply(overrides: overrides)
        // What is chosen later may make the rest fit.
        if defaults != .chosen { try configuration.validate() }
        return configuration
    }

    /// The plan with kernels decided (``Configuration/choosingKernels(inputShape:columns:_:scalar:)``); collective.
    func choosingKernels<R: Scalar>(_ communicator: any Communicator, scalar: R.Type) throws -> RunPlan {
        var plan = self
        plan.configuration = try configuration.choosingKernels(
            inputShape: training.shape,
            columns: BatchDivision(
                batchSize: configuration.training.batchSize, share: RankShare(communicator)
            ).columns, communicator, scalar: scalar)
        return plan
    }

    /// Takes the output directory for this process, or another where that may be, and writes the resolved configuration
    /// there.
    ///
    /// - Throws: `TrainingError` where another run has it, or has been there since the plan was made.
    package func takeDirectory() throws -> (RunDirectory, RunLock) {
        var directory = directory
        while true {
            do {
                return (directory, try take(directory))
            } catch let error as TrainingError {
                // Runs that were started at the same time find the same directory free.
                guard let other = alternative?(directory) else { throw error }
                directory = other
            }
        }
    }

    private func take(_ directory: RunDirectory) throws -> RunLock {
        let lock = try directory.take()
        if checkpoint == nil {
            if replacesRun {
                directory.removeRun()
            } else {
                try Self.requireNoRun(in: directory)
            }
        }
        try AtomicFile.write(configuration.yaml(reasons: reasons), to: directory.configuration)
        if let dataDirectory { try directory.note(data: dataDirectory) }
        return lock
    }

    private static func requireNoRun(in directory: RunDirectory) throws {
        guard directory.hasRun else { return }
        throw TrainingError(
            "\(directory.path) holds a run already: go on with it by --resume, name another directory with --out, or "
                + "replace it with --force")
    }

    /// Why settings were chosen, by their keys.
    private var reasons: [String: String] {
        Dictionary(uniqueKeysWithValues: choices.map { ($0.key, $0.reason) })
    }

    /// A checkpoint's configuration with overrides. A file that says something else would silently change a
    /// run in progress, so it must agree.
    private static func resumed(_ checkpoint: CheckpointReader, file: String?, overrides: [String]) throws
        -> Configuration
    {
        var configuration = checkpoint.header.configuration
        try configuration.apply(overrides: overrides)
        try configuration.validate()
        if let file {
            var given = try Configuration(file: file, overrides: overrides)
            if given.performance.kernels == .auto {
                given.performance.kernels = configuration.performance.kernels
            }
            guard given == configuration else {
                throw TrainingError(
                    "\(file) is not the configuration that \(checkpoint.path) was started with: leave out --config, or "
                        + "change single keys by key=value")
            }
        }
        return configuration
    }

    /// Refuses a model of which the largest matrices alone do not fit this machine, before anybody builds it to see what
    /// the rest takes (``DryRun``).
    private func checkSize() throws {
        guard configuration.model.kind != .deepect else {
            let matrices = configuration.deepect.matrices(features: training.features)
            return try requireMemory(
                for: Bounds.sum(matrices.map { Bounds.clamped($0.rows, $0.columns) }),
                of: "an autoencoder of these layers", advice: "deepect.hidden")
        }
        let architecture = Architecture(configuration, inputShape: training.shape)
        let tree =
            configuration.model.kind == .tree
            ? Tree(balanced: configuration.growth.maxLeaves, deepest: architecture.deepestLevel)
            : Tree(startOf: configuration)
        let numbers = architecture.leastCount(of: tree, hasProjections: architecture.contrastive != nil)
        try requireMemory(
            for: numbers, of: "a model with \(tree.leaves.count) leaves",
            advice: "model.layers, model.latent or growth.max_leaves")
    }

    private func requireMemory(for numbers: Int, of what: String, advice: String) throws {
        let bytes = Bounds.clamped(numbers, MemoryLayout<Float>.stride)
        let there = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard bytes > there else { return }
        throw TrainingError(
            "\(what) takes more than \(bytes >> 20) MiB, this machine has "
                + "\(there >> 20) MiB: set smaller \(advice)")
    }

    private func check() throws {
        guard training.count > 0 else {
            throw TrainingError("\(training.name): the training split has no samples")
        }
        let batch = configuration.samplesPerBatch
        guard !configuration.training.dropLast || training.count >= batch else {
            throw TrainingError(
                "\(training.name) has \(training.count) training samples, fewer than the \(batch) of a batch, and with "
                    + "training.drop_last no batch would be left: set a smaller training.batch_size")
        }
        let smallest = configuration.minimumSamplesToSplit
        guard
            configuration.model.kind != .tree || checkpoint != nil || configuration.growth.maxLeaves == 2
                || training.count >= smallest
        else {
            throw TrainingError(
                "\(training.name) has \(training.count) training samples, and a leaf is split from \(smallest) samples on: "
                    + "no tree would grow; set a smaller growth.minimum_samples or training.batch_size")
        }
        let kind = configuration.model.kind
        if kind != .deepect, let problem = Architecture(configuration, inputShape: training.shape).problem {
            throw TrainingError("\(training.name) cannot be trained with this configuration: \(problem)")
        }
        try checkSize()
        if let problem = configuration.augmentationProblem(shape: training.shape) {
            throw TrainingError("\(training.name) cannot be trained with this configuration: \(problem)")
        }
        for dataset in datasets {
            guard dataset.shape == training.shape else {
                throw TrainingError(
                    "\(training.name): samples of the test split have shape \(dataset.shape), those of the training split "
                        + "\(training.shape)")
            }
            try dataset.validate(for: configuration.model)
        }
        if configuration.augmentation.method == .cropAndJitter {
            try training.validateUnitInterval(for: "augmentation.method crop_and_jitter")
        }
        guard let checkpoint else { return }
        guard checkpoint.header.inputShape == training.shape else {
            throw TrainingError(
                "\(checkpoint.path) was trained on samples of shape \(checkpoint.header.inputShape), those of "
                    + "\(training.name) have shape \(training.shape)")
        }
        // Most easily done by leaving --data out: then the embedded data would take over.
        guard checkpoint.header.datasetName == training.name else {
            throw TrainingError(
                "\(checkpoint.path) was trained on \(checkpoint.header.datasetName), not on \(training.name): resume with "
                    + "the --data that the run was started with")
        }
    }
}
