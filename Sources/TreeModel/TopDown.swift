import Kernels
import Layers

/// The tree part of a TreeVAE: routing, posteriors, decoders and the ELBO, below one top node.
///
/// For a whole model the top is the root, whose z is sampled. For a subtree in growth the top is the leaf
/// it replaces, whose z and reach probability the frozen tree gives. There is no tape: nodes are stored
/// parent before child, and backward is the forward loop reversed.
///
/// With a path threshold t the paths of samples are sparse. Where the probability of reaching a child is below t,
/// and the child is the less probable of the two, the sample skips it: the decision becomes certain, q = 0 or 1,
/// and the node's networks and all below run on the samples that are left. So the cost of a sample grows with the
/// depth of the tree and not with its leaves. What is computed is the dense model under this posterior: every sample
/// keeps a path to a leaf, leaf probabilities sum to one, the ELBO is a bound, and what is skipped would have counted
/// nothing. Merely leaving terms out would not do: the loss would fall with every bit of probability moved to a
/// path that is not computed. A certain decision has no gradient for its router; the probabilities of the path above
/// it have theirs from all terms kept.
///
/// Batch-norms of the nodes below the top keep the running statistics that dense training left them. Statistics of the
/// samples that reach a node are others than the dense model's, those of all samples: a trained tree that changed to
/// them lost tens of nats in the reconstruction at once, and its routers gave up leaves before it had recovered.
///
/// New routers must not be cut off: a decision that became certain while the two decoders behind it are still alike
/// would stay so, and its loser would never learn. So a growing subtree takes both paths, and so does the tree of two
/// leaves with which a run starts; neither would gain much, and both give the statistics that sparse training keeps.
public final class TopDown<R: Real> {
    /// ε of the reference, added to variances and probabilities.
    static var epsilon: R { 1e-7 }

    /// Nodes parent before child; the first is the top.
    let nodes: [NodeNetworks<R>]
    /// Index in ``nodes`` of each node identifier.
    let index: [Int: Int]
    /// Identifiers of the leaves, breadth first.
    public let leaves: [Int]
    let rules: ObjectiveRules
    let samplesTop: Bool

    /// d by depth.
    let levels: [Activation<R>]
    let inferenceRouters: Lockstep<R>
    /// Nodes whose inference routers run together: all, unless a router must know who reaches its node.
    let routing: [(nodes: [NodeNetworks<R>], routers: Lockstep<R>)]
    /// Transformations of the nodes of one depth, top to bottom.
    let transformations: [Lockstep<R>]
    let generativeRouters: Lockstep<R>
    /// Leaves whose decoders run together, a group after the other; see ``reconstruct(_:_:)``.
    let decoding: [(leaves: [NodeNetworks<R>], decoders: Lockstep<R>)]

    /// Probability of reaching the top node, `[stride]`: 1 for the root.
    public let topReach: Storage<R>
    /// Negative ELBO of each sample at KL weight 1, `[stride]`; what the log-likelihood estimate is made of.
    public let negativeELBO: Storage<R>
    /// Weights of the batch's samples.
    let weights: SampleWeights<R>
    /// Weights of the samples that reach the node at work; nil without a path threshold.
    let selectedWeights: SampleWeights<R>?
    /// Targets of the samples that reach the leaf at work, `[features, stride]`; empty without a path threshold.
    let selectedImages: Storage<R>
    let scratch: Storage<R>
    /// Reach probability below which the less probable child is skipped.
    let pathThreshold: R

    /// - Parameters:
    ///   - top: identifier of the top node.
    ///   - samplesTop: whether the top's z is sampled from its posterior or given by the caller.
    ///   - pathThreshold: reach probability below which the less probable child is skipped; 0 for never.
    ///   - levels: d by depth.
    init(
        tree: Tree, top: Int, samplesTop: Bool, rules: ObjectiveRules, pathThreshold: Double = 0,
        levels: [Activation<R>], builder: NetworkBuilder<R>
    ) {
        precondition(
            pathThreshold == 0 || !builder.training || builder.architecture.contrastive == nil,
            "views that skip a node cannot be compared there")
        var nodes: [NodeNetworks<R>] = []
        var index: [Int: Int] = [:]
        let rooms = DecoderRooms<R>(
            columns: builder.pass.capacity, lanes: builder.pass.exchange.laneCount)
        for node in tree.nodes where node.id == top || node.parent.map({ index[$0] != nil }) == true {
            index[node.id] = nodes.count
            nodes.append(
                NodeNetworks(
                    node, parent: node.id == top ? nil : nodes[index[node.parent!]!], samplesTop: samplesTop,
                    isSelective: pathThreshold > 0, levels: levels, rooms: rooms, builder: builder))
        }
        self.nodes = nodes
        self.index = index
        self.rules = rules
        self.samplesTop = samplesTop
        self.levels = levels
        leaves = tree.leaves.filter { index[$0] != nil }
        inferenceRouters = Lockstep(nodes.compactMap(\.inferenceRouter))
        let topDepth = tree.nodes[top].depth
        let depths = nodes.map(\.node.depth).max()! - topDepth
        transformations = (0...depths).dropFirst().map { below in
            Lockstep(nodes.filter { $0.node.depth == topDepth + below }.compactMap(\.transformation))
        }
        generativeRouters = Lockstep(nodes.compactMap(\.generativeRouter))
        let decoded = nodes.filter { $0.decoder != nil }
        decoding = stride(from: 0, to: decoded.count, by: rooms.sideBySide).map { start in
            let leaves = Array(decoded[start..<min(start + rooms.sideBySide, decoded.count)])
            return (leaves, Lockstep(leaves.compactMap(\.decoder)))
        }

        let isSparse = pathThreshold > 0
        routing =
            isSparse
            ? (0...depths).map { below in
                let nodes = nodes.filter { $0.node.depth == topDepth + below }
                return (nodes, Lockstep(nodes.compactMap(\.inferenceRouter)))
            } : [(nodes, inferenceRouters)]
        let columns = builder.pass.capacity
        topReach = Storage(count: columns)
        negativeELBO = Storage(count: columns)
        weights = SampleWeights(columns: columns)
        selectedWeights = isSparse ? SampleWeights(columns: columns) : nil
        selectedImages = Storage(count: isSparse ? builder.architecture.features * columns : 0)
        scratch = Storage(count: columns)
        self.pathThreshold = R(pathThreshold)
        topReach.pointer.update(repeating: 1, count: columns)
    }

    /// Floating-point operations of all products for one sample.
    func flops(training: Bool) -> Int {
        let lockstep = ([inferenceRouters, generativeRouters] + transformations + decoding.map(\.decoders))
            .reduce(0) { $0 + $1.flops(training: training) }
        return nodes.reduce(lockstep) { $0 + ($1.dense?.flops(training: training) ?? 0) }
    }

    /// The networks of a node.
    func networks(_ id: Int) -> NodeNetworks<R> { nodes[index[id]!] }

    /// A node's part of what ``objective(alpha:_:)`` found last.
    public func terms(_ id: Int) -> LossTerms { networks(id).terms }

    /// Probability of reaching each leaf from the top, `[stride]` per leaf in the order of ``leaves``.
    public func leafReach(_ leaf: Int) -> UnsafeMutablePointer<R> {
        let node = networks(leaf)
        guard let selection = node.selection else { return node.reach.pointer }
        selection.spread(node.reach.pointer, rows: 1, over: node.spreadReach.pointer)
        return node.spreadReach.pointer
    }

    /// Probability of reaching a node that splits, and its posterior's logit of going left, of the samples that reach it.
    package func decision(_ id: Int) -> (reach: UnsafeMutablePointer<R>, logit: UnsafeMutablePointer<R>) {
        guard let router = networks(id).inferenceRouter else {
            preconditionFailure("node \(id) has no router")
        }
        return (networks(id).reach.pointer, router.output.value)
    }

    /// z of a node, `[latent size, stride]`; 0 for samples that skip it.
    public func latent(_ id: Int) -> UnsafeMutablePointer<R> {
        let node = networks(id)
        guard let selection = node.selection else { return node.z.value }
        selection.spread(node.z.value, rows: node.latentSize, over: node.spreadLatent.pointer)
        return node.spreadLatent.pointer
    }

    /// Standard normals behind a node's z, `[latent size, stride]`; of the samples that reach it.
    public func noise(_ id: Int) -> UnsafeMutablePointer<R> { networks(id).noise.pointer }
}
