import Collectives
import Configuration
import Kernels
import Layers
import TreeModel

/// Training steps of a whole tree, timed as a whole and stage by stage.
final class StepBench<R: Scalar> {
    let subject: BenchSubject<R>
    private var state = RunState()

    init(_ configuration: Configuration, leaves: Int, communicator: any Communicator) throws {
        subject = try BenchSubject(
            configuration, leaves: leaves, training: true, communicator: communicator)
    }

    /// Seconds of each of `count` steps of training, on the slowest rank.
    func steps(_ count: Int) throws -> [Double] {
        try subject.seconds(ofSteps: count, .finetune, &state, arena: subject.model.arena) {
            start, batch, alpha in
            try subject.load(start, batch) { samples in
                try subject.model.step(
                    batch, noise: subject.noise(.training), samples: samples, alpha: alpha)
            }
        }
    }

    /// The stages of a step on this rank.
    struct Stages {
        /// The median of each.
        let stages: [StepBenchmark.Stage]
        /// Milliseconds, contained in those of the stages, that batch-norm moments are exchanged.
        let batchNormExchange: Double

        /// Milliseconds that gradients are exchanged.
        var gradientExchange: Double { stages.first { $0.name == exchange }?.milliseconds ?? 0 }
        /// Milliseconds of all stages.
        var total: Double { stages.reduce(0) { $0 + $1.milliseconds } }

        /// Each of the times on the slowest rank; collective.
        func slowest(_ communicator: any Communicator) throws -> Stages {
            var milliseconds = stages.map(\.milliseconds) + [batchNormExchange]
            try communicator.maximum(&milliseconds, purpose: "the benchmark")
            return Stages(
                stages: zip(stages, milliseconds).map { .init(name: $0.name, milliseconds: $1) },
                batchNormExchange: milliseconds[stages.count])
        }
    }

    /// The stages that ``TreeVAE/step(_:noise:samples:alpha:)`` and ``PhaseEpoch`` make a step of, one by one.
    func stages(repetitions: Int) throws -> Stages {
        let configuration = subject.configuration
        let size = configuration.training.batchSize
        let share = subject.division.range(of: size)
        let batch = BatchShape(
            columns: share.count, globalColumns: size, sliceColumns: subject.division.sliceColumns)
        let adam = Adam(configuration.optimizer)
        let model = subject.model
        let (pass, topDown, trunk, arena) = (model.pass, model.topDown, model.trunk, model.arena)
        var watch = StageWatch()
        var batchNormWatch = StageWatch()
        _ = subject.batchNormSum.takeSeconds()
        for repetition in 0..<repetitions {
            let start = repetition * size % subject.order.count + share.lowerBound
            watch.start()
            subject.load(start, batch) { samples in
                watch.stop("gather")
                pass.batch = batch
                pass.mode = .training
                topDown.drawNoise(subject.noise(.training), samples: samples, pass)
                watch.stop("noise")
            }
            try trunk.forward(pass)
            watch.stop("trunk")
            try topDown.route(pass)
            watch.stop("route")
            try topDown.sample(pass)
            watch.stop("sample")
            try topDown.decode(pass)
            watch.stop("decode")
            _ = topDown.objective(images: trunk.images, alpha: 1, pass)
            watch.stop("objective")
            trunk.zeroGradients(pass)
            try topDown.backward(pass)
            watch.stop("backward_tree")
            try trunk.backward(pass)
            watch.stop("backward_trunk")
            try subject.communicator.sum(arena.gradients.pointer, count: arena.count, purpose: "gradients")
            watch.stop(exchange)
            adam.step(
                arena, iteration: state.iterations + repetition,
                learningRate: configuration.optimizer.learningRate)
            watch.stop("optimiser")
            batchNormWatch.add(exchange, subject.batchNormSum.takeSeconds())
        }
        return Stages(
            stages: watch.medians, batchNormExchange: batchNormWatch.medians.first?.milliseconds ?? 0)
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

/// Name of the stage in which gradients are exchanged.
private let exchange = "exchange"
