import Checkpoints
import Collectives
import Configuration
import Datasets
import Kernels
import Layers
import TreeModel

/// How long an optimiser step takes: forward, backward, exchange of gradients and Adam, on random samples.
///
/// The steps are those of ``PhaseEpoch``, the loop of training itself. Then the stages that a step is made
/// of are timed one by one.
public struct StepBenchmark: Encodable, Sendable {
    /// Number of ranks.
    public let ranks: Int
    /// Leaves of the tree.
    public let leaves: Int
    /// Samples of a batch, over all ranks.
    public let batch: Int
    /// Trainable values.
    public let parameters: Int
    /// Type of parameters and activations.
    public let precision: Configuration.Precision
    /// Duration of a step, on the slowest rank.
    public let timing: Timing
    /// Samples of all ranks a second, at the median.
    public let samplesPerSecond: Double
    /// Floating-point operations of a step's products, over all ranks.
    public let flops: Int
    /// GFLOP/s of one rank's fastest matrix product in the same precision, all ranks at work: their mean.
    public let productSpeed: Double
    /// The shape of that product on rank 0, "1024x1024x1024".
    public let productShape: String
    /// The kernels that OpenBLAS chose on rank 0, "SkylakeX"; see `ProductSpeed`.
    public let productKernels: String
    /// What a step reaches of ``productSpeed``.
    public let productShare: Double
    /// GFLOP/s of a loop of fused multiply-adds in registers in the same precision, all ranks at work: their mean.
    public let multiplyAddSpeed: Double
    /// What a step reaches of ``multiplyAddSpeed``; `mixed` precision may exceed it.
    public let multiplyAddShare: Double
    /// What computes the products of wide layers.
    public let kernels: Configuration.Kernels
    /// Milliseconds of each stage: the median over steps, of the slowest rank.
    public let stages: [Stage]
    /// Milliseconds, contained in those of the stages, that batch-norm moments are summed over the ranks.
    public let batchNormExchange: Double

    /// Denormal numbers among rank 0's gradients and moments after the last step; there should be none, since their
    /// arithmetic is slow on some processors.
    public let denormals: Int

    /// One stage of a step.
    public struct Stage: Sendable {
        /// What is done.
        public let name: String
        /// How long it takes.
        public let milliseconds: Double
    }

    private enum CodingKeys: String, CodingKey {
        case ranks, leaves, batch, parameters, precision, kernels, steps, flops, denormals
        case medianMilliseconds = "median_ms"
        case minimumMilliseconds = "min_ms"
        case samplesPerSecond = "samples_per_second"
        case productSpeed = "sgemm_gflops"
        case productShape = "sgemm_shape"
        case productKernels = "sgemm_kernels"
        case productShare = "sgemm_share"
        case multiplyAddSpeed = "fma_gflops"
        case multiplyAddShare = "fma_share"
        case stages = "stages_ms"
        case batchNormExchange = "batch_norm_exchange_ms"
    }

    /// One object; the stages are an object of their own.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ranks, forKey: .ranks)
        try container.encode(leaves, forKey: .leaves)
        try container.encode(batch, forKey: .batch)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(precision, forKey: .precision)
        try container.encode(kernels, forKey: .kernels)
        try container.encode(timing.count, forKey: .steps)
        try container.encode(flops, forKey: .flops)
        try container.encode(timing.medianMilliseconds, forKey: .medianMilliseconds)
        try container.encode(timing.minimumMilliseconds, forKey: .minimumMilliseconds)
        try container.encode(samplesPerSecond, forKey: .samplesPerSecond)
        try container.encode(productSpeed, forKey: .productSpeed)
        try container.encode(productShape, forKey: .productShape)
        try container.encode(productKernels, forKey: .productKernels)
        try container.encode(productShare, forKey: .productShare)
        try container.encode(multiplyAddSpeed, forKey: .multiplyAddSpeed)
        try container.encode(multiplyAddShare, forKey: .multiplyAddShare)
        try container.encode(
            Dictionary(uniqueKeysWithValues: stages.map { ($0.name, $0.milliseconds) }), forKey: .stages)
        try container.encode(batchNormExchange, forKey: .batchNormExchange)
        try container.encode(denormals, forKey: .denormals)
    }

    /// Measures; collective.
    ///
    /// - Parameters:
    ///   - configuration: architecture, optimiser and batch size.
    ///   - leaves: of the balanced tree that is trained.
    ///   - isRouted: whether the tree sends each sample down one path, as a trained one does; new routers send all
    ///     samples everywhere. It makes a difference with `model.path_threshold`.
    ///   - seconds: about how long to measure whole steps; the stages take a third of it more.
    /// - Throws: `CollectiveError`; ``TrainingError`` where there is no such tree.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, isRouted: Bool = false, communicator: any Communicator,
        seconds: Double = 3, scalar: R.Type
    ) throws {
        try self.init(
            StepBench<R>(configuration, leaves: leaves, isRouted: isRouted, communicator: communicator),
            seconds: seconds)
    }

    /// Measures steps of a checkpoint's model, in which most samples reach most leaves with next to no probability;
    /// collective.
    ///
    /// - Throws: `CollectiveError`; `StoreError` where the model cannot be read.
    public init<R: Scalar>(
        _ checkpoint: CheckpointReader, batchSize: Int, communicator: any Communicator, seconds: Double = 3,
        scalar: R.Type
    ) throws {
        try self.init(
            StepBench<R>(checkpoint, batchSize: batchSize, communicator: communicator), seconds: seconds)
    }

    private init<R: Scalar>(_ bench: StepBench<R>, seconds: Double) throws {
        let subject = bench.subject
        timing = try Timing(for: seconds, bench.steps)
        (stages, batchNormExchange) = try bench.stages(repetitions: max(5, timing.count / 3))
            .slowest(subject.communicator)
        denormals = bench.denormals
        let speed = try bench.productSpeed()
        multiplyAddSpeed = try bench.multiplyAddSpeed()

        ranks = subject.communicator.size
        leaves = subject.model.tree.leaves.count
        batch = subject.configuration.training.batchSize
        parameters = subject.model.arena.count
        precision = subject.configuration.precision
        kernels = subject.configuration.performance.kernels
        flops = subject.model.flops(training: true) * batch
        let median = timing.medianMilliseconds / 1e3
        samplesPerSecond = Double(batch) / median
        productSpeed = speed.gigaflops
        productShape = speed.shape
        productKernels = speed.kernels
        let rate = Double(flops) / median / Double(ranks) / 1e9
        productShare = rate / speed.gigaflops
        multiplyAddShare = rate / multiplyAddSpeed
    }
}
