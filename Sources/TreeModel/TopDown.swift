import Kernels
import Layers

/// The tree part of a TreeVAE: routing, posteriors, decoders and the ELBO, below one top node.
///
/// For a whole model the top is the root, whose z is sampled. For a subtree in growth the top is the leaf
/// it replaces, whose z and reach probability the frozen tree gives. There is no tape: nodes are stored
/// parent before child, and backward is the forward loop reversed.
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

    let inferenceRouters: Lockstep<R>
    /// Transformations of the nodes of one depth, top to bottom.
    let transformations: [Lockstep<R>]
    let outputs: Lockstep<R>

    /// Probability of reaching the top node, `[stride]`: 1 for the root.
    public let topReach: Storage<R>
    /// Negative ELBO of each sample at KL weight 1, `[stride]`; what the log-likelihood estimate is made of.
    public let negativeELBO: Storage<R>
    let divergenceWeight: Storage<R>
    let reconstructionWeight: Storage<R>
    let annealedWeight: Storage<R>
    let scratch: Storage<R>

    /// - Parameters:
    ///   - top: identifier of the top node.
    ///   - samplesTop: whether the top's z is sampled from its posterior or given by the caller.
    ///   - levels: d by depth.
    init(
        tree: Tree, top: Int, samplesTop: Bool, rules: ObjectiveRules, levels: [Activation<R>],
        builder: NetworkBuilder<R>
    ) {
        var nodes: [NodeNetworks<R>] = []
        var index: [Int: Int] = [:]
        for node in tree.nodes where node.id == top || node.parent.map({ index[$0] != nil }) == true {
            index[node.id] = nodes.count
            nodes.append(
                NodeNetworks(
                    node, parent: node.id == top ? nil : nodes[index[node.parent!]!], samplesTop: samplesTop,
                    levels: levels, builder: builder))
        }
        self.nodes = nodes
        self.index = index
        self.rules = rules
        self.samplesTop = samplesTop
        leaves = tree.leaves.filter { index[$0] != nil }
        inferenceRouters = Lockstep(nodes.compactMap(\.inferenceRouter))
        let topDepth = tree.nodes[top].depth
        let depths = nodes.map(\.node.depth).max()! - topDepth
        transformations = (0...depths).dropFirst().map { below in
            Lockstep(nodes.filter { $0.node.depth == topDepth + below }.compactMap(\.transformation))
        }
        outputs = Lockstep(nodes.compactMap(\.generativeRouter) + nodes.compactMap(\.decoder))

        let columns = builder.pass.capacity
        topReach = Storage(count: columns)
        negativeELBO = Storage(count: columns)
        divergenceWeight = Storage(count: columns)
        reconstructionWeight = Storage(count: columns)
        annealedWeight = Storage(count: columns)
        scratch = Storage(count: columns)
        topReach.pointer.update(repeating: 1, count: columns)
    }

    /// Floating-point operations of all products for one sample.
    func flops(training: Bool) -> Int {
        let lockstep = ([inferenceRouters, outputs] + transformations).reduce(0) {
            $0 + $1.flops(training: training)
        }
        return nodes.reduce(lockstep) { $0 + ($1.dense?.flops(training: training) ?? 0) }
    }

    /// The networks of a node.
    func networks(_ id: Int) -> NodeNetworks<R> { nodes[index[id]!] }

    /// Probability of reaching each leaf from the top, `[stride]` per leaf in the order of ``leaves``.
    public func leafReach(_ leaf: Int) -> UnsafeMutablePointer<R> { networks(leaf).reach.pointer }

    /// z of a node, `[latent size, stride]`.
    public func latent(_ id: Int) -> UnsafeMutablePointer<R> { networks(id).z.value }

    /// Standard normals behind a node's z, `[latent size, stride]`.
    public func noise(_ id: Int) -> UnsafeMutablePointer<R> { networks(id).noise.pointer }

    /// A leaf's logits of the sample, `[features, stride]`.
    public func reconstruction(_ leaf: Int) -> UnsafeMutablePointer<R> {
        networks(leaf).decoder!.output.value
    }
}
