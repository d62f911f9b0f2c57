import Kernels
import Layers
import Networks
import Topology

/// A whole TreeVAE of fixed topology: trunk, tree and parameters.
///
/// Growing and pruning make a new model and copy what stays (``Arena/copyValues(from:source:)``): the arena then has
/// no holes, and nothing in a model ever changes its place.
public final class TreeVAE<R: Real> {
    /// What fixes the tensors.
    public let architecture: Architecture
    /// The topology.
    public let tree: Tree
    /// All parameters.
    public let arena: Arena<R>
    /// Shape and mode of the pass in progress.
    public let pass: Pass<R>
    /// Encoder and bottom-up chain.
    public let trunk: Trunk<R>
    /// Routers, posteriors and decoders.
    public let topDown: TopDown<R>
    /// Projection heads of the contrastive extension; nil without it, and in evaluation.
    public let projections: Projections<R>?
    /// What the contrastive extension adds to the loss; nil without it, and in evaluation.
    public let contrastive: ContrastiveTerms<R>?

    /// - Parameters:
    ///   - columns: the most samples that this rank will hold in one batch.
    ///   - training: whether gradients and moments are held.
    ///   - reducer: sums batch-norm moments over the ranks.
    public init(
        architecture: Architecture, tree: Tree, columns: Int, training: Bool,
        reducer: any MomentReducer = SingleRankReducer()
    ) {
        precondition(tree.depth <= architecture.deepestLevel, "the tree is deeper than the bottom-up chain")
        self.architecture = architecture
        self.tree = tree
        arena = Arena()
        pass = Pass(columns: columns, reducer: reducer, products: architecture.products)
        let builder = NetworkBuilder(architecture: architecture, arena: arena, pass: pass, training: training)
        trunk = Trunk(builder)
        topDown = TopDown(
            tree: tree, top: 0, samplesTop: true, rules: .tree,
            pathThreshold: tree.leaves.count > 2 ? architecture.pathThreshold : 0, images: trunk.images,
            levels: trunk.levels,
            builder: builder)
        let settings = training ? architecture.contrastive : nil
        let (trunk, topDown) = (trunk, topDown)
        let projections = settings.map { Projections($0, levels: trunk.levels, builder: builder) }
        self.projections = projections
        contrastive = settings.map { ContrastiveTerms($0, projections: projections, topDown: topDown) }
        arena.seal(training: training)
    }

    /// The batch's samples, `[inputs, stride]`: written by the caller before a pass.
    public var images: UnsafeMutablePointer<R> { trunk.images.value }

    /// Floating-point operations of all products for one sample: of a training step, or of an evaluation. Those of
    /// similarities between views, a percent or less of the others, are not among them.
    public func flops(training: Bool) -> Int {
        trunk.flops(training: training) + topDown.flops(training: training)
            + (projections?.flops(training: training) ?? 0)
    }

    /// Leaf probabilities of the batch (paper 2.2): trunk and inference routers, no decoder.
    public func assign(_ batch: BatchShape) throws {
        pass.batch = batch
        pass.mode = .evaluation
        try trunk.forward(pass)
        try topDown.route(pass)
    }

    /// The negative ELBO of a batch, with running statistics.
    ///
    /// - Parameter samples: the identity of each column, for its noise.
    /// - Returns: this rank's part of the means over the global batch.
    public func evaluate(_ batch: BatchShape, noise: NoiseKey, samples: UnsafePointer<Int32>) throws
        -> LossTerms
    {
        try assign(batch)
        topDown.drawNoise(noise, samples: samples)
        try topDown.sample(pass)
        try topDown.reconstruct(trunk.images, pass)
        return try topDown.objective(pass)
    }

    /// Forward and backward of one training step, paper section 2.4: encode, route, sample, decode, and
    /// back. Writes the gradients in the arena.
    ///
    /// - Parameters:
    ///   - noise: nil keeps the noise that was written by hand.
    ///   - samples: the identity of each column, for its noise.
    ///   - alpha: weight of the KL parts.
    ///   - observer: told the end of each stage.
    /// - Returns: this rank's part of the means over the global batch.
    @specialized(where R == Float)
    public func step(
        _ batch: BatchShape, noise: NoiseKey?, samples: UnsafePointer<Int32>, alpha: Double,
        observer: StepObserver? = nil
    ) throws -> LossTerms {
        pass.batch = batch
        pass.mode = .training
        try trunk.forward(pass)
        observer?(.trunk)
        if let projections {
            try projections.forward(pass)
            observer?(.projections)
        }
        let terms = try topDown.step(
            trunk.images, pass, noise: noise, samples: samples, alpha: alpha, contrastive: contrastive,
            observer: observer)
        if let projections {
            try projections.backward(pass)
            observer?(.backwardProjections)
        }
        try trunk.backward(pass)
        observer?(.backwardTrunk)
        return terms
    }

    /// Draws the latents again, without noise: every node's z becomes the mean of its posterior, given the mean of its
    /// parent's. Follows ``assign(_:)`` or ``evaluate(_:noise:samples:)``.
    public func embed() throws {
        topDown.silenceNoise()
        try topDown.sample(pass)
    }

    /// Leaf probabilities of the batch, and latents without noise for the leaves to decode.
    public func reconstruct(_ batch: BatchShape) throws {
        try assign(batch)
        try embed()
    }

    /// Sets one covariate of every sample to 1 and the others to 0, for ``generate(_:noise:samples:temperature:)``.
    public func setCovariate(_ index: Int, _ batch: BatchShape) {
        let first = images + architecture.features * batch.stride
        for covariate in 0..<architecture.covariates {
            (first + covariate * batch.stride).update(
                repeating: covariate == index ? 1 : 0, count: batch.stride)
        }
    }

    /// New samples from the prior (paper 2.1): root, transformations, generative routers, decoders.
    ///
    /// - Parameters:
    ///   - noise: the key of what is drawn.
    ///   - samples: the identity of each column.
    ///   - temperature: what the standard deviations of all z are multiplied by.
    public func generate(
        _ batch: BatchShape, noise: NoiseKey, samples: UnsafePointer<Int32>, temperature: Double
    ) throws {
        pass.batch = batch
        pass.mode = .evaluation
        topDown.drawNoise(noise, samples: samples)
        try topDown.generate(pass, temperature: temperature)
    }
}
