import Kernels
import Layers
import Networks
import Topology

/// The two leaves that growth trains below a frozen tree (paper 2.5).
///
/// Everything above is frozen, so its output is the subtree's input: d of the node's and the children's
/// depth, z of the node and the probability of reaching it.
public final class Subtree<R: Real> {
    /// The leaf that splits.
    public let top: Int
    /// The topology with the split.
    public let tree: Tree
    /// Parameters of the two routers, transformations, dense heads and decoders.
    public let arena: Arena<R>
    /// Shape and mode of the pass in progress.
    public let pass: Pass<R>
    /// The samples, d at the top's depth and at its children's.
    public let images: Activation<R>
    /// d of the node's depth, `[width, stride]`.
    public let upperLevel: Activation<R>
    /// d of the children's depth, `[width, stride]`.
    public let lowerLevel: Activation<R>
    /// Routers, posteriors and decoders.
    public let topDown: TopDown<R>
    /// What the contrastive extension adds to the loss, for the router alone; nil without it.
    package let contrastive: ContrastiveTerms<R>?

    /// A subtree at leaf `top` of `tree`.
    ///
    /// - Parameter weightsReconstruction: whether the probability of reaching the leaf also weighs the
    ///   reconstruction (PyTorch reference), or the KLs alone (TensorFlow reference, published).
    public init(
        architecture: Architecture, growing tree: Tree, at top: Int, weightsReconstruction: Bool,
        columns: Int,
        reducer: any MomentReducer = SingleRankReducer()
    ) {
        self.top = top
        var grown = tree
        _ = grown.split(top)
        self.tree = grown
        arena = Arena()
        pass = Pass(columns: columns, reducer: reducer, products: architecture.products)
        let builder = NetworkBuilder(architecture: architecture, arena: arena, pass: pass, training: true)
        let depth = tree.nodes[top].depth
        let upperLevel = builder.input(rows: architecture.width(depth: depth))
        let lowerLevel = builder.input(rows: architecture.width(depth: depth + 1))
        images = builder.input(rows: architecture.inputs)
        self.upperLevel = upperLevel
        self.lowerLevel = lowerLevel
        // Only the two depths are read; the others stand in so that a depth finds its level.
        let levels = (0...architecture.deepestLevel).map { $0 == depth ? upperLevel : lowerLevel }
        topDown = TopDown(
            tree: grown, top: top, samplesTop: false,
            rules: .subtree(weightsReconstruction: weightsReconstruction), images: images, levels: levels,
            builder: builder)
        let topDown = topDown
        contrastive = architecture.contrastive.map {
            ContrastiveTerms($0, projections: nil, topDown: topDown)
        }
        arena.seal(training: true)
    }

    /// Leads the split for the steps to come: where each sample should go, and how much that counts.
    ///
    /// - Parameters:
    ///   - weight: of the cross-entropy, in nats; 0 ends the lead.
    ///   - columns: samples of the batch.
    ///   - target: the probability with which the sample of a column should go left.
    public func lead(weight: Double, columns: Int, target: (Int) -> Double) {
        let decision = topDown.node(top).decision!
        guard weight > 0 else {
            decision.lead = nil
            return
        }
        let lead = decision.lead ?? DecisionLead(columns: pass.capacity)
        lead.weight = weight
        lead.target.zero()
        for column in 0..<columns { lead.target.pointer[column] = R(target(column)) }
        decision.lead = lead
    }

    /// z of the node that splits, `[latent size, stride]`: written by the caller.
    public var latent: UnsafeMutablePointer<R> { topDown.latent(top) }
    /// Dimensions of z of the node.
    public var latentSize: Int { topDown.node(top).z.rows }
    /// Probability of reaching the node, `[stride]`: written by the caller.
    public var reach: UnsafeMutablePointer<R> { topDown.topReach.pointer }

    /// Floating-point operations of all products for one sample of a training step.
    public var flops: Int { topDown.flops(training: true) }

    /// Probabilities of the two branches for a batch of ``upperLevel``, with running statistics.
    public func assign(_ batch: BatchShape) throws {
        pass.batch = batch
        pass.mode = .evaluation
        try topDown.route(pass)
    }

    /// Forward and backward of one training step.
    ///
    /// - Parameter observer: told the end of each stage.
    /// - Returns: this rank's part of the means over the global batch.
    @specialized(where R == Float)
    public func step(
        _ batch: BatchShape, noise: NoiseKey, samples: UnsafePointer<Int32>, alpha: Double,
        observer: StepObserver? = nil
    ) throws -> LossTerms {
        pass.batch = batch
        pass.mode = .training
        return try topDown.step(
            images, pass, noise: noise, samples: samples, alpha: alpha, contrastive: contrastive,
            observer: observer)
    }
}
