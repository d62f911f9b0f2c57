import Kernels
import Layers
import Networks
import Topology

/// The tree part of a TreeVAE below one top node: routing, posteriors, decoders and the ELBO as a loop over nodes.
///
/// For a whole model the top is the root, whose z is sampled. For a subtree in growth the top is the leaf
/// it replaces, whose z and reach probability the frozen tree gives. There is no tape: nodes are stored
/// parent before child, and backward is the forward loop reversed.
///
/// With a path threshold samples skip nodes that they hardly reach: ``SparsePaths``.
public final class TopDown<R: Real> {
    /// Nodes parent before child; the first is the top.
    let nodes: [ModelNode<R>]
    private let nodesByID: [Int: ModelNode<R>]
    /// Identifiers of the leaves, breadth first.
    public let leaves: [Int]
    let rules: ObjectiveRules
    let samplesTop: Bool
    /// What models with a path threshold have beside others; nil without.
    let sparsePaths: SparsePaths<R>?

    /// d by depth.
    let levels: [Activation<R>]
    /// The samples, `[inputs, stride]`, whose covariates decoders read.
    private let images: Activation<R>
    /// These covariates, `[covariates, stride]`; nil without.
    private let covariates: Activation<R>?
    /// Values of a sample that the decoders explain.
    let features: Int
    /// Nodes whose inference routers run together: all, unless a router must know who reaches its node.
    let routing: [(nodes: [ModelNode<R>], routers: Lockstep<R>)]
    let inferenceRouters: Lockstep<R>
    let denseHeads: Lockstep<R>
    /// The nodes of each depth below the top's, top to bottom, and the transformations to them.
    let descent: [(nodes: [ModelNode<R>], transformations: Lockstep<R>)]
    let generativeRouters: Lockstep<R>
    /// Leaves whose decoders run together, a group after the other.
    let decoding: [(leaves: [ModelNode<R>], decoders: Lockstep<R>)]

    /// Probability of reaching the top node, `[stride]`: 1 for the root.
    public let topReach: Storage<R>
    /// Negative ELBO of each sample at KL weight 1, `[stride]`; what the log-likelihood estimate is made of.
    public let negativeELBO: Storage<R>
    /// Weights of the batch's samples.
    let weights: SampleWeights<R>

    /// - Parameters:
    ///   - top: identifier of the top node.
    ///   - samplesTop: whether the top's z is sampled from its posterior or given by the caller.
    ///   - pathThreshold: reach probability below which the less probable child is skipped; 0 for never.
    ///   - images: the samples.
    ///   - levels: d by depth.
    init(
        tree: Tree, top: Int, samplesTop: Bool, rules: ObjectiveRules, pathThreshold: Double = 0,
        images: Activation<R>, levels: [Activation<R>], builder: NetworkBuilder<R>
    ) {
        precondition(
            pathThreshold == 0 || !builder.training || builder.architecture.contrastive == nil,
            "views that skip a node cannot be compared there")
        let isSparse = pathThreshold > 0
        let count = builder.architecture.covariates
        let covariates = count > 0 ? builder.input(rows: count) : nil
        self.images = images
        self.covariates = covariates
        features = builder.architecture.features
        let columns = builder.pass.capacity
        let pools = DecoderPools<R>(columns: columns, lanes: builder.pass.exchange.laneCount)
        var nodes: [ModelNode<R>] = []
        var nodesByID: [Int: ModelNode<R>] = [:]
        for place in tree.nodes {
            let parent = place.parent.flatMap { nodesByID[$0] }
            guard place.id == top || parent != nil else { continue }
            let node = ModelNode(
                place, parent: parent, samplesTop: samplesTop, isSparse: isSparse, levels: levels,
                covariates: covariates, pools: pools, builder: builder)
            nodes.append(node)
            nodesByID[place.id] = node
        }
        self.nodes = nodes
        self.nodesByID = nodesByID
        self.rules = rules
        self.samplesTop = samplesTop
        self.levels = levels
        leaves = tree.leaves.filter { nodesByID[$0] != nil }
        sparsePaths =
            isSparse
            ? SparsePaths(
                threshold: pathThreshold, features: builder.architecture.features, columns: columns) : nil

        let byDepth = Dictionary(grouping: nodes, by: \.depth).sorted { $0.key < $1.key }.map(\.value)
        let inferenceRouters = Lockstep(nodes.compactMap(\.decision?.inferenceRouter))
        self.inferenceRouters = inferenceRouters
        routing =
            isSparse
            ? byDepth.map { ($0, Lockstep($0.compactMap(\.decision?.inferenceRouter))) }
            : [(nodes, inferenceRouters)]
        denseHeads = Lockstep(nodes.compactMap(\.posterior?.dense))
        descent = byDepth.dropFirst().map {
            ($0, Lockstep($0.compactMap(\.posterior?.prior?.transformation)))
        }
        generativeRouters = Lockstep(nodes.compactMap(\.decision?.generativeRouter))
        let decoded = nodes.filter { $0.leaf != nil }
        decoding = stride(from: 0, to: decoded.count, by: pools.sideBySide).map { start in
            let leaves = Array(decoded[start..<min(start + pools.sideBySide, decoded.count)])
            return (leaves, Lockstep(leaves.compactMap(\.leaf?.decoder)))
        }

        topReach = Storage(count: columns)
        negativeELBO = Storage(count: columns)
        weights = SampleWeights(columns: columns)
        topReach.pointer.update(repeating: 1, count: columns)
    }

    /// Floating-point operations of all products for one sample.
    func flops(training: Bool) -> Int {
        let networks =
            [inferenceRouters, denseHeads, generativeRouters] + descent.map(\.transformations)
            + decoding.map(\.decoders)
        return networks.reduce(0) { $0 + $1.flops(training: training) }
    }

    /// The node that is not below another.
    var top: ModelNode<R> { nodes[0] }

    /// The node of an identifier.
    func node(_ id: Int) -> ModelNode<R> {
        guard let node = nodesByID[id] else { preconditionFailure("node \(id) is not below the top") }
        return node
    }

    /// A node's part of what ``objective(_:)`` found last.
    public func terms(_ id: Int) -> LossTerms { node(id).terms }

    /// Probability of reaching a node from the top, `[stride]`; of leaves, in the order of ``leaves``, they sum to one.
    public func leafReach(_ id: Int) -> UnsafeMutablePointer<R> { node(id).reachOfBatch.read() }

    /// Probability of reaching a node that splits, and its posterior's logit of going left, of the samples that reach it.
    package func decision(_ id: Int) -> (reach: UnsafeMutablePointer<R>, logit: UnsafeMutablePointer<R>) {
        guard let decision = node(id).decision else { preconditionFailure("node \(id) has no router") }
        return (node(id).reach.local.value, decision.inferenceRouter.output.value)
    }

    /// z of a node, `[latent size, stride]`; 0 for samples that skip it.
    public func latent(_ id: Int) -> UnsafeMutablePointer<R> { node(id).latentOfBatch.read() }

    /// Standard normals behind a node's z, `[latent size, stride]`; of the samples that reach it.
    public func noise(_ id: Int) -> UnsafeMutablePointer<R> {
        guard let posterior = node(id).posterior else { preconditionFailure("z of node \(id) is given") }
        return posterior.noise.pointer
    }

    /// Gives decoders what they read beside z: the covariates of the samples.
    func gatherCovariates(_ leaves: [ModelNode<R>]) {
        guard let covariates else { return }
        let stride = top.pass.batch.stride
        covariates.value.update(from: images.value + features * stride, count: covariates.rows * stride)
        for node in leaves where !node.isSkipped { node.leaf?.covariates?.gather() }
    }
}
