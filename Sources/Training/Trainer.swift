import Batches
import Checkpoints
import Collectives
import Configuration
import Datasets
import Growth
import Inference
import Kernels
import Layers
import Networks
import RunProgress
import RunLog
import Topology
import TreeModel

/// Trains a TreeVAE from root and two leaves to the fine-tuned tree (paper 2.5 and 2.6).
///
/// Every rank runs the same code on its share of every batch. Decisions are made from sums over all ranks,
/// so all ranks decide alike; rank 0 alone writes files and shows progress.
public final class Trainer<R: Scalar> {
    package let configuration: Configuration
    package let communicator: any Communicator
    let trainingData: Dataset
    /// What training is followed on: the test split, or the training split where there is no other.
    let followedData: Dataset
    /// What the samples that are held leave of the memory that a rank may use for them.
    package let memory: MemoryBudget
    /// Changes the pictures that are trained on, if that is asked for.
    let augmenter: Augmenter<R>?
    /// Where the run writes; on rank 0 the one that it has taken.
    public let directory: RunDirectory
    /// What tells the data from others.
    let dataDigests: DataDigests?
    /// Rank 0's right to write there.
    let lock: RunLock?
    let reporter: RunReporter?
    /// Whether a page that shows the run is written at its end.
    let writesReport: Bool
    /// Phases after which it is written anew.
    let reportedPhases: Set<Phase>

    /// The whole tree as it is.
    package var model: TreeVAE<R>
    /// The subtree in training.
    package var subtree: Subtree<R>?
    /// Where the run stands.
    package var state: RunState
    /// Every epoch so far.
    package var history: [EpochRecord]
    /// The rules of growth that a resumed run had before.
    private let formerGrowth: Configuration.Growth?
    /// Every split and every pruned leaf so far.
    package var growth: [GrowthRecord]
    /// When the last checkpoint was written, or the run began.
    var lastCheckpoint = ContinuousClock.now
    /// How the followed data fall into the leaves, at the last look.
    var clustering: Clustering?

    /// A new run, or one that goes on from the plan's checkpoint; rank 0 takes the run's directory.
    public init(_ plan: RunPlan, communicator: any Communicator, display: RunDisplay = RunDisplay()) throws {
        let plan = try plan.choosingKernels(communicator, scalar: R.self)
        let configuration = plan.configuration
        let training = plan.training
        let checkpoint = plan.checkpoint
        self.configuration = configuration
        self.communicator = communicator
        writesReport = display.writesReport || !display.reportedPhases.isEmpty
        reportedPhases = display.reportedPhases
        dataDigests = plan.dataDigests
        if communicator.rank == 0 {
            let (directory, lock) = try plan.takeDirectory()
            (self.directory, self.lock) = (directory, lock)
        } else {
            (directory, lock) = (plan.directory, nil)
        }
        trainingData = training
        followedData = plan.test ?? training
        memory = MemoryBudget(configuration, holding: plan.datasets)
        state = checkpoint?.header.state ?? RunState()
        history = checkpoint?.header.history ?? []
        growth = checkpoint?.header.growth ?? []
        clustering = checkpoint?.header.clustering
        formerGrowth = checkpoint?.header.configuration.growth

        let columns = BatchDivision(
            batchSize: configuration.training.batchSize, share: RankShare(communicator)
        ).columns
        augmenter = Augmenter(configuration, shape: training.shape, columns: columns)
        let reducer = MomentSum(communicator: communicator)
        let architecture = Architecture(configuration, inputShape: training.shape)
        model = TreeVAE(
            architecture: architecture,
            tree: checkpoint?.header.tree ?? Tree(startOf: configuration),
            columns: columns, training: true, reducer: reducer)
        if let checkpoint {
            try checkpoint.restore(model)
        } else {
            model.arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        }
        reporter =
            communicator.rank == 0
            ? try RunReporter(
                directory: directory, history: history,
                estimate: WorkEstimate(configuration: configuration, samples: training.count),
                display: display) : nil
        if let notice = lock?.notice { reporter?.say(notice) }
        if let checkpoint {
            if case .subtree(let leaf) = state.stage {
                let subtree = makeSubtree(at: leaf)
                try checkpoint.restore(subtree)
                self.subtree = subtree
            }
            if state.stage != .finished { try checkpoint.restoreOptimiser(subtree?.arena ?? model.arena) }
        }
    }

    /// Runs every phase that is left, and writes the finished model.
    public func run() throws -> Outcome {
        if let formerGrowth { try growOn(from: formerGrowth) }
        while let phase = state.stage.phase {
            switch phase {
            case .subtree: try trainSubtree()
            case .initial, .intermediate, .finetune: try trainTree(phase)
            }
            try advance()
            try logLeaves()
            if reportedPhases.contains(phase), state.stage != .finished { try writeReport() }
        }
        // Without an epoch since the topology changed, nobody has looked how the samples fall into the leaves.
        if clustering == nil { clustering = try evaluator.clustering(of: followedData) }
        let evaluation = try Evaluation(evaluator, of: followedData, seed: configuration.seedBits)
        guard evaluation.terms.elbo.isFinite else {
            throw Interruption.divergence(
                "the ELBO of the finished model is no number", isReporter: communicator.rank == 0)
        }
        try communicator.agree("the finished model") {
            try lock?.verify()
            if communicator.rank == 0 { try writer.write(to: directory.model) }
        }
        if writesReport { try writeReport(evaluation) }
        try communicator.verifyReplicas(digest: model.arena.digest(), what: "the finished model")
        return Outcome(
            tree: model.tree, classNames: trainingData.namesOfClasses, evaluation: evaluation)
    }

    /// What a run ended with.
    public struct Outcome: Sendable {
        /// The topology.
        public let tree: Tree
        /// Names of the classes; empty without labels.
        public let classNames: [String]
        /// Metrics and the parts of the ELBO on the test split, or on the training split without another.
        public let evaluation: Evaluation
    }

    /// Noise of the epoch in progress.
    package func noise(_ stream: RandomStream) -> NoiseKey {
        NoiseKey(seed: configuration.seedBits, epoch: UInt32(state.epochsInAll), stream: stream)
    }

    /// The most samples that this rank holds in one batch.
    package var columns: Int { division(configuration.training.batchSize).columns }
    package func division(_ batchSize: Int) -> BatchDivision {
        BatchDivision(batchSize: batchSize, share: RankShare(communicator))
    }
    package var reducer: MomentSum { MomentSum(communicator: communicator) }
    package var evaluator: Evaluator<R> {
        Evaluator(
            model: model, communicator: communicator,
            sliceColumns: division(configuration.training.batchSize).sliceColumns)
    }
}
