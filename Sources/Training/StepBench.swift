import Collectives
import Configuration
import Datasets
import Kernels
import Layers
import TreeModel

/// A model on random samples, with which steps can be timed.
final class StepBench<R: Scalar> {
    let configuration: Configuration
    let communicator: any Communicator
    let model: TreeVAE<R>
    private let loader: SampleLoader<R>
    private let batchNormSum: TimedMomentSum
    private let division: BatchDivision
    /// Identities of the samples of every step, one batch after the other.
    private var order: [Int32] = []
    private var state = RunState()

    /// Batches of different samples, enough that they do not stay in the processor's caches.
    private static var batches: Int { 16 }

    /// - Parameter isRouted: whether samples take one path each, as in a trained tree.
    init(_ configuration: Configuration, leaves: Int, isRouted: Bool, communicator: any Communicator) throws {
        var configuration = configuration
        // Steps cost the same at any rate; training on noise would send all samples down a few paths.
        if isRouted { configuration.optimizer.learningRate = 1e-9 }
        self.configuration = configuration
        self.communicator = communicator
        let dataset = Self.samples(
            Self.batches * configuration.training.batchSize, of: configuration.model.family.inputShape)
        let architecture = Architecture(configuration, inputShape: dataset.shape)
        division = BatchDivision(
            batchSize: configuration.training.batchSize, share: RankShare(communicator))
        batchNormSum = TimedMomentSum(MomentSum(communicator: communicator))
        model = TreeVAE(
            architecture: architecture, tree: try Tree(leaves: leaves, of: architecture),
            columns: division.columns, training: true,
            reducer: batchNormSum)
        model.arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        loader = SampleLoader(dataset: dataset)
        order = (0..<Int32(dataset.count)).map { $0 }
        if isRouted { try routeSharply() }
    }

    /// Makes every inference router decide almost certainly, for half of the samples that reach it each way.
    ///
    /// New routers send every sample everywhere. Large weights make their decisions sharp, and the bias of each goes to
    /// the median of its logits, from the root down. This is done in a dense twin, whose running statistics, from
    /// one batch, are those that stand in where paths are sparse. Every rank finds the same from all samples.
    private func routeSharply() throws {
        var architecture = model.architecture
        architecture.pathThreshold = 0
        architecture.batchNorm.momentum = 0
        let size = configuration.training.batchSize
        let batch = BatchShape(columns: size, globalColumns: size)
        let twin = TreeVAE<R>(
            architecture: architecture, tree: model.tree, columns: size, training: true)
        let arena = twin.arena
        arena.initialise(architecture.initialisation, seed: configuration.seedBits, generation: 0)
        try load(0, batch, into: twin) { samples in
            _ = try twin.step(batch, noise: noise, samples: samples, alpha: 1)
        }
        let parameters = Dictionary(uniqueKeysWithValues: arena.parameters.map { ($0.name, $0) })
        func parameter(_ name: String, of node: Tree.Node) -> Tensor {
            guard let tensor = parameters["\(nodeName(node.id))/inference_router/logit/\(name)"] else {
                preconditionFailure("node \(node.id) has no router")
            }
            return tensor
        }
        for depth in 0..<twin.tree.depth {
            let nodes = twin.tree.nodes.filter { $0.depth == depth && $0.isSplit }
            for node in nodes {
                let weight = parameter("weight", of: node)
                R.scale(arena.value(weight), by: 100, count: weight.count)
            }
            var logits = [[R]](repeating: [], count: nodes.count)
            for start in stride(from: 0, to: order.count, by: size) {
                try load(start, batch, into: twin) { _ in try twin.assign(batch) }
                for (index, node) in nodes.enumerated() {
                    let (reach, logit) = twin.topDown.decision(node.id)
                    logits[index] += (0..<size).filter { reach[$0] > 0.5 }.map { logit[$0] }
                }
            }
            for (node, logits) in zip(nodes, logits) where !logits.isEmpty {
                arena.value(parameter("bias", of: node)).pointee -= logits.sorted()[logits.count / 2]
            }
        }
        model.arena.copyValues(from: arena) { $0 }
    }

    /// Grey values without any pattern; the kernels take as long on images.
    private static func samples(_ count: Int, of shape: [Int]) -> Dataset {
        var generator: UInt64 = 1
        let bytes = (0..<count * shape.reduce(1, *)).map { _ in
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(generator >> 56)
        }
        return Dataset(bytes: bytes, shape: shape, name: "random", source: "a linear congruential generator")
    }

    /// Seconds of each of `count` steps of training, on the slowest rank.
    func steps(_ count: Int) throws -> [Double] {
        let size = configuration.training.batchSize
        let cycles = EpochBatches(
            samples: count * size, dropsLast: false, division: division)
        let runner = PhaseEpoch<R>(
            configuration: configuration, communicator: communicator, phase: .finetune, batches: cycles,
            arena: model.arena)
        let clock = ContinuousClock()
        var last = clock.now
        var seconds: [Double] = []
        _ = try runner.run(
            &state,
            progress: { _, _ in
                let now = clock.now
                seconds.append((now - last) / .seconds(1))
                last = now
            },
            step: { range, batch, alpha in
                try load(range.lowerBound % order.count, batch, into: model) { samples in
                    try model.step(batch, noise: noise, samples: samples, alpha: alpha)
                }
            })
        try communicator.maximum(&seconds, purpose: "the benchmark")
        return seconds
    }

    /// The stages that ``TreeVAE/step(_:noise:samples:alpha:)`` and ``PhaseEpoch`` make a step of, one by one;
    /// and milliseconds of these that batch-norm moments are exchanged.
    func stages(repetitions: Int) throws -> (stages: [StepBenchmark.Stage], batchNormExchange: Double) {
        let size = configuration.training.batchSize
        let share = division.range(of: size)
        let batch = BatchShape(columns: share.count, globalColumns: size, sliceColumns: division.sliceColumns)
        let adam = Adam(configuration.optimizer)
        let (pass, topDown, trunk, arena) = (model.pass, model.topDown, model.trunk, model.arena)
        var watch = StageWatch()
        var batchNormWatch = StageWatch()
        _ = batchNormSum.takeSeconds()
        for repetition in 0..<repetitions {
            let start = repetition * size % order.count + share.lowerBound
            watch.start()
            try load(start, batch, into: model) { samples in
                watch.stop("gather")
                pass.batch = batch
                pass.mode = .training
                try trunk.forward(pass)
                watch.stop("trunk")
                try topDown.route(pass)
                watch.stop("route")
                topDown.drawNoise(noise, samples: samples)
                watch.stop("noise")
            }
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
            try communicator.sum(arena.gradients.pointer, count: arena.count, purpose: "gradients")
            watch.stop("exchange")
            adam.step(
                arena, iteration: state.iterations + repetition,
                learningRate: configuration.optimizer.learningRate)
            watch.stop("optimiser")
            batchNormWatch.add("exchange", batchNormSum.takeSeconds())
        }
        return (try watch.medians(communicator), try batchNormWatch.medians(communicator)[0].milliseconds)
    }

    /// The fastest of a large product and the product of a hidden layer, with all ranks at work.
    func productSpeed() throws -> ProductSpeed {
        let width = model.architecture.layers[0]
        let columns = paddedStride(model.pass.capacity)
        try communicator.barrier(purpose: "the benchmark")
        let own = KernelBenchmark.productSpeed(
            of: R.self, shapes: [(1024, 1024, 1024), (width, columns, width)], minimumSeconds: 0.3)
        var sum = [own.gigaflops]
        try communicator.sum(&sum, purpose: "the benchmark")
        return ProductSpeed(shape: own.shape, gigaflops: sum[0] / Double(communicator.size))
    }

    private var noise: NoiseKey { NoiseKey(seed: configuration.seedBits, epoch: 0, stream: .training) }

    /// Gathers the samples from `start` on into a model, and hands their identities to `body`.
    private func load<Result>(
        _ start: Int, _ batch: BatchShape, into model: TreeVAE<R>,
        _ body: (UnsafePointer<Int32>) throws -> Result
    ) rethrows -> Result {
        try order.withUnsafeBufferPointer {
            let samples = $0.baseAddress! + start
            loader.load(samples, columns: batch.columns, into: model.images)
            return try body(samples)
        }
    }
}

extension Configuration.Family {
    /// Shape of the samples that the family is made for.
    var inputShape: [Int] {
        switch self {
        case .cnn1: [1, 28, 28]
        }
    }
}
