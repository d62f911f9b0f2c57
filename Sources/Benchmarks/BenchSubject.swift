import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Kernels
import Layers
import Networks
import Topology
import Training
import TreeModel

/// An untrained model of a balanced tree, or that of a checkpoint, on random samples: what benchmarks measure.
struct BenchSubject<R: Scalar> {
    let configuration: Configuration
    let communicator: any Communicator
    let dataset: Dataset
    let division: BatchDivision
    /// Sums the model's batch-norm moments.
    let batchNormSum: TimedMomentSum
    let model: TreeVAE<R>
    /// Changes the pictures of steps of training, if the configuration asks for it.
    private let augmentation: EpochAugmentation<R>?

    /// Batches of different samples, enough that they do not stay in the processor's caches.
    static var batches: Int { 16 }

    /// - Parameters:
    ///   - leaves: of the balanced tree.
    ///   - training: whether the model is to be trained.
    ///   - lanes: of the exchange of batch-norm moments; as many as the communicator's, unless told otherwise.
    /// - Throws: ``TrainingError`` where there is no such tree, or samples of the family cannot be augmented.
    init(
        _ configuration: Configuration, leaves: Int, training: Bool, communicator: any Communicator,
        lanes: Int? = nil
    ) throws {
        let configuration = try configuration.choosingKernels(
            inputShape: configuration.model.family.inputShape,
            columns: BatchDivision(
                batchSize: configuration.training.batchSize, share: RankShare(communicator)
            ).columns, communicator, scalar: R.self)
        let architecture = Architecture(configuration, inputShape: configuration.model.family.inputShape)
        try self.init(
            configuration, architecture, Tree(leaves: leaves, of: architecture), training: training,
            communicator: communicator, lanes: lanes)
        model.arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
    }

    /// The model of a checkpoint, to be trained on samples as they are and without the contrastive extension.
    ///
    /// - Parameter learningRate: another than the checkpoint's.
    init(
        _ checkpoint: CheckpointReader, batchSize: Int, learningRate: Double? = nil,
        communicator: any Communicator
    ) throws {
        var configuration = checkpoint.header.configuration
        if let learningRate { configuration.optimizer.learningRate = learningRate }
        configuration.training.batchSize = batchSize
        configuration.contrastive.weight = 0
        configuration.augmentation.method = .none
        configuration.augmentation.views = 1
        try self.init(
            configuration, Architecture(configuration, inputShape: checkpoint.header.inputShape),
            checkpoint.header.tree, training: true, communicator: communicator)
        try checkpoint.restore(model)
    }

    private init(
        _ configuration: Configuration, _ architecture: Architecture, _ tree: Tree, training: Bool,
        communicator: any Communicator, lanes: Int? = nil
    ) throws {
        self.configuration = configuration
        self.communicator = communicator
        dataset = .random(
            Self.batches * configuration.training.batchSize, of: architecture.inputShape)
        if let problem = configuration.augmentationProblem(shape: dataset.shape) {
            throw TrainingError("the configuration cannot be measured: \(problem)")
        }
        division = BatchDivision(
            batchSize: configuration.training.batchSize, share: RankShare(communicator))
        augmentation = Augmenter(configuration, shape: dataset.shape, columns: division.columns)
            .map { EpochAugmentation($0, epoch: 0) }
        batchNormSum = TimedMomentSum(MomentSum(communicator: communicator), lanes: lanes)
        model = TreeVAE(
            architecture: architecture, tree: tree, columns: division.columns, training: training,
            reducer: batchNormSum)
    }

    /// The batches of `count` steps over the random samples, again and again.
    func pass(ofSteps count: Int) -> SamplePass<R> {
        let plans = EpochBatches(samples: dataset.count, dropsLast: false, division: division).plans
        return pass((0..<count).map { plans[$0 % plans.count] })
    }

    /// These batches of the random samples.
    func pass(_ plans: [BatchPlan]) -> SamplePass<R> {
        SamplePass(
            dataset, dataset.allSamples, plans: plans, window: dataset.count, augmentation: augmentation
        ) { Int32($0) }
    }

    /// Seconds of each of `count` steps in the loop of training, on the slowest rank; collective.
    ///
    /// - Parameter state: iterations are counted on.
    func seconds(ofSteps count: Int, of trainee: some Trainee<R>, _ phase: Phase, _ state: inout RunState)
        throws
        -> [Double]
    {
        let clock = ContinuousClock()
        var last = clock.now
        var seconds: [Double] = []
        seconds.reserveCapacity(count)
        _ = try PhaseEpoch<R>(phase, configuration, communicator).run(
            trainee, over: pass(ofSteps: count), &state
        ) { _, _ in
            let now = clock.now
            seconds.append((now - last) / .seconds(1))
            last = now
        }
        try communicator.maximum(&seconds, purpose: "the benchmark")
        return seconds
    }

    /// Key of a benchmark's noise.
    func noise(_ stream: RandomStream) -> NoiseKey {
        NoiseKey(seed: configuration.seedBits, epoch: 0, stream: stream)
    }
}
