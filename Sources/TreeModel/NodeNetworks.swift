import Kernels
import Layers

/// The networks and the per-sample values of one node.
///
/// Per-sample arrays are `[stride]`, where paths are sparse that of the samples that reach the node. A node that
/// splits has two routers, a leaf has a decoder, and every node but the top one has a transformation and a dense
/// head.
final class NodeNetworks<R: Real> {
    let node: Tree.Node
    /// Identifiers of the children, left before right.
    let children: [Int]
    let latentSize: Int
    /// The samples that reach the node; nil if that is all of them.
    let selection: Selection<R>?
    /// What the node's networks run with.
    let pass: Pass<R>
    /// d of the node's depth; where samples are selected, their columns of it.
    let level: Activation<R>
    /// The parent's z; where samples are selected, their columns of it.
    let parentLatent: Activation<R>?
    /// The sampled latent, `[latentSize, stride]`.
    let z: Activation<R>
    /// Standard normals behind ``z``, `[latentSize, stride]`.
    let noise: Storage<R>
    /// Parent's z to the prior's mean and raw variance.
    let transformation: Network<R>?
    /// d to the bottom-up mean and raw variance; nil where z is given.
    let dense: Linear<R>?
    /// z to the prior's logit of going left.
    let generativeRouter: Network<R>?
    /// d to the posterior's logit of going left.
    let inferenceRouter: Network<R>?
    /// What the contrastive extension adds for the decisions; nil without it, and in evaluation.
    let contrast: RouterContrast<R>?
    /// z to what the likelihood takes: logits, means, or means and raw variances of the sample.
    let decoder: Network<R>?
    /// Of counts; nil for every other likelihood.
    let dispersion: Dispersion<R>?
    let likelihood: Likelihood

    /// Probability of reaching the node from the top.
    let reach: Storage<R>
    let reachGradient: Storage<R>
    /// Gaussian KL of the node, and its gradient.
    let divergence: Storage<R>
    let divergenceGradient: Storage<R>
    /// Clamped product of reach and divergence, and whether it is inside the bounds.
    let weightedDivergence: Storage<R>
    let active: Storage<R>
    /// Posterior probabilities of the two branches, and their gradients.
    let left: Storage<R>
    let right: Storage<R>
    let leftGradient: Storage<R>
    let rightGradient: Storage<R>
    /// KL of the decision, and its gradient.
    let decisionDivergence: Storage<R>
    let decisionGradient: Storage<R>
    /// This node's part of the loss of the last pass.
    var terms = LossTerms()
    /// Negative log-likelihood of the sample under this leaf, and the weight of its gradient.
    let reconstruction: Storage<R>
    let reconstructionWeight: Storage<R>
    /// Logarithm of the importance weight of the path from the top.
    let pathWeight: Storage<R>
    /// Reach and z spread over the whole batch, where samples are selected.
    let spreadReach: Storage<R>
    let spreadLatent: Storage<R>

    /// - Parameters:
    ///   - parent: the networks of the parent; nil for the top node.
    ///   - samplesTop: whether the top node's z is sampled (the root) or given (the leaf that a subtree replaces).
    ///   - isSelective: whether samples may skip nodes.
    ///   - rooms: where the decoder's activations lie.
    init(
        _ node: Tree.Node, parent: NodeNetworks?, samplesTop: Bool, isSelective: Bool,
        levels: [Activation<R>], rooms: DecoderRooms<R>, builder: NetworkBuilder<R>
    ) {
        let name = nodeName(node.id)
        let isSampled = parent != nil || samplesTop
        // All samples reach the top.
        let isSelective = isSelective && parent != nil
        let selection = isSelective ? Selection(of: builder.pass, parent: parent?.selection) : nil
        let builder = selection.map { builder.with(pass: $0.pass) } ?? builder
        func selected(_ input: Activation<R>) -> Activation<R> {
            isSelective
                ? Activation(rows: input.rows, pass: builder.pass, hasGradient: input.hasGradient) : input
        }
        // Others read a shared input too, and it starts from zero; what is selected has its first reader here.
        func gradient(_ input: Activation<R>) -> InputGradient {
            input.hasGradient ? (isSelective ? .written : .added) : .none
        }
        let columns = builder.pass.capacity
        self.node = node
        children = node.children
        self.selection = selection
        pass = builder.pass
        latentSize = builder.architecture.latentSize(depth: node.depth)
        z = Activation(rows: latentSize, pass: builder.pass, hasGradient: builder.training && isSampled)
        noise = Storage(count: latentSize * columns)
        parentLatent = parent.map { selected($0.z) }
        level = selected(levels[node.depth])
        transformation = parentLatent.map {
            builder.transformation(
                "\(name)/transformation", parent: $0, parentDepth: node.depth - 1,
                inputGradient: gradient($0))
        }
        let level = level
        dense =
            isSampled
            ? builder.gaussianHead(
                "\(name)/dense", size: latentSize, input: level, inputGradient: gradient(level)) : nil
        generativeRouter =
            node.isSplit ? builder.router("\(name)/generative_router", input: z, depth: node.depth) : nil
        inferenceRouter =
            node.isSplit ? builder.router("\(name)/inference_router", input: level, depth: node.depth) : nil
        contrast =
            node.isSplit && builder.training
            ? builder.architecture.contrastive.map {
                RouterContrast(temperature: $0.routerTemperature, pass: builder.pass)
            } : nil
        let z = z
        decoder =
            node.isLeaf
            ? builder.pass.sharing(rooms.next()) { builder.decoder("\(name)/decoder", z: z) } : nil
        likelihood = builder.architecture.likelihood
        dispersion =
            node.isLeaf && likelihood == .negativeBinomial
            ? Dispersion(
                "\(name)/decoder", features: builder.architecture.features, arena: builder.arena,
                training: builder.training) : nil

        func perSample(if needed: Bool = true) -> Storage<R> { Storage(count: needed ? columns : 0) }
        reach = perSample()
        reachGradient = perSample()
        divergence = perSample(if: isSampled)
        divergenceGradient = perSample(if: isSampled)
        weightedDivergence = perSample(if: isSampled)
        active = perSample(if: isSampled)
        left = perSample(if: node.isSplit)
        right = perSample(if: node.isSplit)
        leftGradient = perSample(if: node.isSplit)
        rightGradient = perSample(if: node.isSplit)
        decisionDivergence = perSample(if: node.isSplit)
        decisionGradient = perSample(if: node.isSplit)
        reconstruction = perSample(if: node.isLeaf)
        reconstructionWeight = perSample(if: node.isLeaf)
        pathWeight = perSample(if: isSampled)
        spreadReach = perSample(if: isSelective)
        spreadLatent = Storage(count: isSelective ? latentSize * columns : 0)
    }
}

/// `node_007`: the name of a node in tensors and checkpoints.
public func nodeName(_ id: Int) -> String {
    let digits = String(id)
    return "node_" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
}
