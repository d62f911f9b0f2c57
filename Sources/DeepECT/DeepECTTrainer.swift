import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Inference
import Kernels
import Layers
import RunLog
import RunProgress
import Topology
import Training

/// Trains a deep embedded cluster tree: the autoencoder alone, then it and the tree together.
///
/// Every rank runs the same code on its share of every batch, and all hold the same tree; rank 0 alone writes files and
/// shows progress. What it writes is laid out as the runs of TreeVAEs are.
public final class DeepECTTrainer<R: Scalar> {
    private let configuration: Configuration
    private let communicator: any Communicator
    private let trainingData: Dataset
    /// What training is followed on: the test split, or the training split where there is no other.
    private let followedData: Dataset
    private let passes: EpochPasses<R>
    private let dataDigests: DataDigests?
    /// Where the run writes; on rank 0 the one that it has taken.
    public let directory: RunDirectory
    private let lock: RunLock?
    private let reporter: RunReporter?

    private let model: DeepECTModel<R>
    private var state: RunState
    /// Every epoch so far.
    package private(set) var history: [EpochRecord]
    private var clustering: Clustering?
    private var lastCheckpoint = ContinuousClock.now

    /// A new run, or one that goes on from the plan's checkpoint; rank 0 takes the run's directory.
    public init(_ plan: RunPlan, communicator: any Communicator, display: RunDisplay = RunDisplay()) throws {
        let configuration = plan.configuration
        self.configuration = configuration
        self.communicator = communicator
        dataDigests = plan.dataDigests
        if communicator.rank == 0 {
            let (directory, lock) = try plan.takeDirectory()
            (self.directory, self.lock) = (directory, lock)
        } else {
            (directory, lock) = (plan.directory, nil)
        }
        trainingData = plan.training
        followedData = plan.test ?? plan.training
        state = plan.checkpoint?.header.state ?? RunState()
        history = plan.checkpoint?.header.history ?? []
        clustering = plan.checkpoint?.header.clustering
        let division = BatchDivision(
            batchSize: configuration.training.batchSize, share: RankShare(communicator))
        passes = EpochPasses(
            trainingData, samples: trainingData.allSamples,
            EpochBatches(
                samples: trainingData.count, views: configuration.augmentation.views,
                dropsLast: configuration.training.dropLast, division: division),
            augmenter: Augmenter(
                configuration, shape: trainingData.shape, columns: division.columns),
            seed: configuration.seedBits)
        if let checkpoint = plan.checkpoint {
            model = try DeepECTModel(checkpoint, training: true, communicator: communicator)
            if state.stage != .finished { try checkpoint.restoreOptimiser(model.autoencoder.arena) }
        } else {
            model = DeepECTModel(
                configuration, features: trainingData.features, training: true, communicator: communicator)
            model.autoencoder.arena.initialise(
                configuration.model.initialization == .glorot ? .glorot : .fanIn,
                seed: configuration.seedBits, generation: 0)
        }
        reporter =
            communicator.rank == 0
            ? try RunReporter(
                directory: directory, history: history,
                estimate: WorkEstimate(configuration: configuration, samples: trainingData.count),
                display: display) : nil
        if let notice = lock?.notice { reporter?.say(notice) }
    }

    /// What a run ended with.
    public struct Outcome: Sendable {
        /// The topology.
        public let tree: Tree
        /// Names of the classes; empty without labels.
        public let classNames: [String]
        /// Metrics on the test split, or on the training split without another.
        public let evaluation: DeepECTEvaluation
    }

    /// Runs what is left, and writes the finished model; collective.
    public func run() throws -> Outcome {
        while let phase = state.stage.phase {
            try runEpochs(phase)
            switch state.stage {
            case .initial:
                state.enter(.finetune)
                try communicator.verifyReplicas(digest: model.autoencoder.arena.digest(), what: "parameters")
                clearMoments()
                try grow(steps: 0)
            default: state.enter(.finished)
            }
        }
        let evaluation = try DeepECTEvaluation(model, of: followedData)
        clustering = evaluation.clustering
        try communicator.agree("the finished model") {
            try lock?.verify()
            if communicator.rank == 0 { try write(to: directory.model) }
        }
        try communicator.verifyReplicas(digest: model.autoencoder.arena.digest(), what: "the finished model")
        return Outcome(
            tree: model.tree.topology, classNames: trainingData.namesOfClasses, evaluation: evaluation)
    }

    /// A phase has an optimiser of its own.
    private func clearMoments() {
        model.autoencoder.arena.firstMoment.zero()
        model.autoencoder.arena.secondMoment.zero()
    }

    /// Splits a leaf, while there are fewer than there may be.
    ///
    /// - Parameter steps: of the phase, on which the random starts of two-means depend.
    private func grow(steps: Int) throws {
        guard model.tree.leaves.count < configuration.growth.maxLeaves else { return }
        try model.grow(
            on: trainingData, key: configuration.seedBits &+ UInt64(steps) &* 0x9E37_79B9_7F4A_7C15)
    }

    // MARK: Epochs

    /// Adam's and the schedule's settings of a phase.
    private func settings(_ phase: Phase) -> Configuration {
        var settings = configuration
        if phase == .initial, let rate = configuration.deepect.pretrainingRate {
            settings.optimizer.learningRate = rate
        }
        return settings
    }

    private func runEpochs(_ phase: Phase) throws {
        let epochs = configuration.training.epochs[phase]
        let steps = PhaseEpoch<R>(phase, settings(phase), communicator)
        let growing = GrowingClusterTree(
            model, Adam(configuration.optimizer), views: configuration.augmentation.views,
            grow: { [unowned self] in try grow(steps: $0) })
        while state.epoch < epochs {
            let pass = passes.pass(epoch: state.epochsInAll, from: state.partial.steps)
            let show = reporter?.progress(
                of: state, leaves: model.tree.leaves.count, samples: passes.batches.visited)
            var running = state
            let trainee: any Trainee<R> = phase == .initial ? PretrainedAutoencoder(model: model) : growing
            let result = try steps.run(trainee, over: pass, &running, checkpoints: stepCheckpoints) {
                show?($0, $1)
            }
            state = running
            let clustering = try model.clustering(of: followedData)
            self.clustering = clustering
            let record = record(of: result, phase: phase, clustering)
            history.append(record)
            state.finishEpoch()
            try reporter?.finish(record, phase: phase, state: state, leaves: record.leaves)
            if let untrained = state.untrainedLoss {
                reporter?.warnOfDivergence(record, untrained: untrained)
            }
            if state.epoch % configuration.checkpoint.everyEpochs == 0 || state.epoch == epochs {
                try saveCheckpoint()
            }
        }
    }

    private func record(of result: PhaseEpoch<R>.Result, phase: Phase, _ clustering: Clustering)
        -> EpochRecord
    {
        let hasTree = phase != .initial
        return EpochRecord(
            phase: phase.rawValue, phaseIndex: state.phaseIndex, growthStep: 0, epoch: state.epoch,
            leaves: clustering.leaves.count, loss: result.terms.loss(alpha: 1),
            recLoss: result.terms.reconstruction, klRoot: 0, klNodes: 0, klDecisions: 0,
            nodeCentres: hasTree ? result.terms.nodeCentres : nil,
            dataCompression: hasTree ? result.terms.dataCompression : nil, alpha: 0,
            learningRate: result.learningRate, seconds: result.seconds,
            samplesPerSecond: Double(result.samples) / max(1e-9, result.seconds),
            acc: clustering.table?.accuracy, nmi: clustering.table?.normalisedMutualInformation)
    }

    // MARK: Checkpoints

    /// Checkpoints within epochs.
    private var stepCheckpoints: PhaseEpoch<R>.Checkpoints {
        PhaseEpoch<R>.Checkpoints(
            everyMinutes: configuration.checkpoint.everyMinutes, since: { [self] in lastCheckpoint },
            communicator
        ) { [self] in
            state = $0
            try saveCheckpoint()
        }
    }

    /// Rank 0 writes a checkpoint; the last few stay. Collective.
    private func saveCheckpoint() throws {
        try Adam.collectMoments(of: model.autoencoder.arena, communicator)
        lastCheckpoint = .now
        guard communicator.rank == 0, let reporter else { return }
        try directory.saveCheckpoint(
            of: state, lock, keep: configuration.checkpoint.keep, reporter, write: write(to:))
    }

    private func write(to path: String) throws {
        // Within an epoch the tree may have changed since the last look at the clustering.
        let clustering = clustering.flatMap { $0.leaves == model.tree.leaves ? $0 : nil }
        let header = CheckpointHeader(
            configuration: configuration, tree: model.tree.topology, inputShape: trainingData.shape,
            datasetName: trainingData.name, inputs: ModelInputs(trainingData), dataDigests: dataDigests,
            classNames: trainingData.namesOfClasses, state: state, history: history, clustering: clustering)
        try CheckpointWriter(header: header, arena: model.autoencoder.arena).write(to: path) { root in
            try model.tree.write(to: root, isFinished: state.stage == .finished)
        }
    }
}
