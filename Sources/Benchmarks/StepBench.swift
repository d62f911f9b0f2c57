import Checkpoints
import Collectives
import Configuration
import Kernels
import Layers
import Training
import TreeModel

/// Training steps of a whole tree, timed as a whole and stage by stage.
final class StepBench<R: Scalar> {
    let subject: BenchSubject<R>
    private var state = RunState()

    /// - Parameters:
    ///   - isRouted: whether samples take one path each, as in a trained tree.
    ///   - lanes: of the exchange of batch-norm moments; as many as the communicator's, unless told otherwise.
    init(
        _ configuration: Configuration, leaves: Int, isRouted: Bool, communicator: any Communicator,
        lanes: Int? = nil
    ) throws {
        var configuration = configuration
        if isRouted { configuration.optimizer.learningRate = Self.rateThatKeepsRouters }
        subject = try BenchSubject(
            configuration, leaves: leaves, training: true, communicator: communicator, lanes: lanes)
        if isRouted { try subject.routeSharply() }
    }

    /// Steps of a checkpoint's model, whose routers decide as training has taught them.
    init(_ checkpoint: CheckpointReader, batchSize: Int, communicator: any Communicator) throws {
        subject = try BenchSubject(
            checkpoint, batchSize: batchSize, learningRate: Self.rateThatKeepsRouters,
            communicator: communicator)
    }

    /// Steps cost the same at any rate, but training on noise would send all samples down a few paths.
    private static var rateThatKeepsRouters: Double { 1e-9 }

    /// Denormal numbers among the gradients and moments of this rank, whose arithmetic is slow on some processors.
    var denormals: Int {
        let arena = subject.model.arena
        return [arena.gradients, arena.firstMoment, arena.secondMoment].reduce(0) {
            $0 + Denormals.count(in: $1)
        }
    }

    /// Seconds of each of `count` steps of training, on the slowest rank.
    func steps(_ count: Int) throws -> [Double] {
        try subject.seconds(ofSteps: count, of: subject.model, .finetune, &state)
    }

    /// The stages of a step on this rank: milliseconds, each the median over the steps.
    struct Stages {
        /// What a step is made of, in order.
        let stages: [StepBenchmark.Stage]
        /// Contained in those of the stages: the exchange of batch-norm moments.
        let batchNormExchange: Double
        /// The exchange of gradients and parameters, and of leave to go on.
        let gradientExchange: Double
        /// All that is no exchange.
        let computing: Double
        /// Adam, on this rank's part of the parameters.
        let optimiser: Double
        /// The exchanges of batch-norm moments in a step.
        let exchanges: TimedMomentSum.Exchanges

        /// The stages, and the exchange of batch-norm moments, on the slowest rank; collective.
        func slowest(
            _ communicator: any Communicator
        ) throws -> (stages: [StepBenchmark.Stage], batchNormExchange: Double) {
            var milliseconds = stages.map(\.milliseconds) + [batchNormExchange]
            try communicator.maximum(&milliseconds, purpose: "the benchmark")
            return (
                zip(stages, milliseconds).map { .init(name: $0.name, milliseconds: $1) },
                milliseconds[stages.count]
            )
        }
    }

    /// The stages of a step in the loop of training.
    func stages(repetitions: Int) throws -> Stages {
        var watch = StageWatch()
        var parts = StageWatch()
        let clock = ContinuousClock()
        var exchanges = TimedMomentSum.Exchanges()
        var (exchange, optimiser) = (0.0, 0.0)
        _ = subject.batchNormSum.take()
        var begin = clock.now
        watch.start()
        _ = try PhaseEpoch<R>(.finetune, subject.configuration, subject.communicator).run(
            subject.model, over: subject.pass(ofSteps: repetitions), &state,
            observer: { stage in
                let seconds = watch.stop(stage.name)
                switch stage {
                case .agree, .reduceGradients, .gatherParameters: exchange += seconds
                case .optimiser: optimiser = seconds
                case .gather, .model: break
                }
            },
            progress: { _, _ in
                exchanges = subject.batchNormSum.take()
                parts.add("moments", exchanges.seconds)
                parts.add("exchange", exchange)
                parts.add(
                    "computing", (clock.now - begin) / .seconds(1) - exchange - exchanges.seconds)
                parts.add("optimiser", optimiser)
                parts.add("covering", exchanges.coveringSeconds)
                exchange = 0
                begin = clock.now
                watch.start()
            })
        let times = parts.medians.map(\.milliseconds)
        exchanges.coveringSeconds = times[4] / 1e3
        return Stages(
            stages: watch.medians, batchNormExchange: times[0], gradientExchange: times[1],
            computing: times[2], optimiser: times[3], exchanges: exchanges)
    }

    /// The fastest of a large product and the product of a hidden layer, with all ranks at work.
    func productSpeed() throws -> ProductSpeed {
        let model = subject.model
        let communicator = subject.communicator
        let width = model.architecture.layers[0]
        let columns = paddedStride(model.pass.capacity)
        try communicator.barrier(purpose: "the benchmark")
        let own = KernelBenchmark.productSpeed(
            of: R.self, shapes: [(1024, 1024, 1024), (width, columns, width)], minimumSeconds: 0.3)
        var sum = [own.gigaflops]
        try communicator.sum(&sum, purpose: "the benchmark")
        return ProductSpeed(shape: own.shape, gigaflops: sum[0] / Double(communicator.size))
    }

    /// The speed of a loop of fused multiply-adds, with all ranks at work: their mean, in GFLOP/s.
    func multiplyAddSpeed() throws -> Double {
        let communicator = subject.communicator
        try communicator.barrier(purpose: "the benchmark")
        var sum = [KernelBenchmark.multiplyAddSpeed(of: R.self, minimumSeconds: 0.1)]
        try communicator.sum(&sum, purpose: "the benchmark")
        return sum[0] / Double(communicator.size)
    }
}
