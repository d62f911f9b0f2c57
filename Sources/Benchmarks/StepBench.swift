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
        /// The exchange of gradients and parameters.
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

    /// The stages that ``TreeVAE/step(_:noise:samples:alpha:)`` and ``PhaseEpoch`` make a step of, one by one.
    func stages(repetitions: Int) throws -> Stages {
        let configuration = subject.configuration
        let adam = Adam(configuration.optimizer)
        let model = subject.model
        let (pass, topDown, trunk, arena) = (model.pass, model.topDown, model.trunk, model.arena)
        var watch = StageWatch()
        var parts = StageWatch()
        let clock = ContinuousClock()
        var exchanges = TimedMomentSum.Exchanges()
        _ = subject.batchNormSum.take()
        let batches = subject.pass(ofSteps: repetitions)
        for repetition in 0..<repetitions {
            let begin = clock.now
            watch.start()
            guard let batch = try batches.next(into: model.images) else { break }
            watch.stop("gather")
            pass.batch = batch.shape
            pass.mode = .training
            try trunk.forward(pass)
            watch.stop("trunk")
            if let projections = model.projections {
                try projections.forward(pass)
                watch.stop("projections")
            }
            try topDown.route(pass)
            watch.stop("route")
            topDown.drawNoise(subject.noise(.training), samples: batch.identities)
            watch.stop("noise")
            try topDown.sample(pass)
            watch.stop("sample")
            topDown.zeroGradients(pass)
            try topDown.reconstructAndBackpropagate(trunk.images, pass)
            watch.stop("decoders")
            _ = try topDown.objective(pass)
            watch.stop("objective")
            if let contrastive = model.contrastive {
                _ = try contrastive.evaluate(pass)
                watch.stop("contrast")
            }
            try topDown.backward(alpha: 1, pass)
            watch.stop("backward_tree")
            if let projections = model.projections {
                try projections.backward(pass)
                watch.stop("backward_projections")
            }
            try trunk.backward(pass)
            watch.stop("backward_trunk")
            let part = try subject.communicator.reduceScatter(
                arena.gradients.pointer, count: arena.count, purpose: "gradients")
            var exchange = watch.stop("reduce_gradients")
            adam.update(
                arena, part, iteration: state.iterations + repetition,
                learningRate: configuration.optimizer.learningRate)
            let optimiser = watch.stop("optimiser")
            try subject.communicator.allGather(
                partsOf: arena.values.pointer, count: arena.count, purpose: "parameters")
            exchange += watch.stop("gather_parameters")
            let moments = subject.batchNormSum.take()
            exchanges = moments
            parts.add("moments", moments.seconds)
            parts.add("exchange", exchange)
            parts.add("computing", (clock.now - begin) / .seconds(1) - exchange - moments.seconds)
            parts.add("optimiser", optimiser)
            parts.add("covering", moments.coveringSeconds)
        }
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
}
