import Kernels
import Layers
import Networks
import Topology

/// A node of the model: the latent with its ``Posterior``, the ``Decision`` if it splits, the ``Leaf`` if it is one.
///
/// Per-sample values are `[stride]`, where paths are sparse those of the samples that reach the node.
final class ModelNode<R: Real> {
    /// Its place in the tree.
    let place: Tree.Node
    /// Left before right.
    private(set) var children: [ModelNode] = []
    /// The samples that reach the node; nil if that is all of them.
    let selection: Selection<R>?
    /// What the node's networks run with.
    let pass: Pass<R>
    /// d of the node's depth.
    let level: NodeInput<R>
    /// The latent, `[latent size, stride]`.
    let z: Activation<R>
    /// P(i; c), the probability of reaching the node from the top.
    let reach: NodeInput<R>
    /// Nil where z is given: at the leaf that a subtree replaces.
    let posterior: Posterior<R>?
    /// Nil unless the node has two children.
    let decision: Decision<R>?
    /// Nil unless the node has no children.
    let leaf: Leaf<R>?
    /// This node's part of the loss of the last pass.
    var terms = LossTerms()
    /// ``reach`` and ``z`` of the whole batch.
    let reachOfBatch: NodeOutput<R>
    let latentOfBatch: NodeOutput<R>

    /// - Parameters:
    ///   - parent: nil for the top node.
    ///   - samplesTop: whether the top node's z is sampled (the root) or given (the leaf that a subtree replaces).
    ///   - isSparse: whether samples may skip nodes.
    ///   - levels: d by depth.
    ///   - covariates: what decoders read beside z, of the whole batch; nil without.
    ///   - pools: where the decoder's activations lie.
    ///   - builder: that of the model's pass.
    init(
        _ place: Tree.Node, parent: ModelNode?, samplesTop: Bool, isSparse: Bool, levels: [Activation<R>],
        covariates: Activation<R>?, pools: DecoderPools<R>, builder: NetworkBuilder<R>
    ) {
        // All samples reach the top.
        let selection =
            isSparse && parent != nil ? Selection(of: builder.pass, parent: parent?.selection) : nil
        let builder = selection.map { builder.with(pass: $0.pass) } ?? builder
        let pass = builder.pass
        let isSampled = parent != nil || samplesTop
        let level = NodeInput(levels[place.depth], columns: selection?.inBatch, pass: pass)
        let z = Activation(
            rows: builder.architecture.latentSize(depth: place.depth), pass: pass,
            hasGradient: builder.training && isSampled)
        self.place = place
        self.selection = selection
        self.pass = pass
        self.level = level
        self.z = z
        reach = NodeInput(
            Activation(rows: 1, pass: pass, hasGradient: builder.training), columns: selection?.inParent,
            pass: pass)
        posterior =
            isSampled
            ? Posterior(
                of: place, z: z, level: level,
                parentLatent: parent.map { NodeInput($0.z, columns: selection?.inParent, pass: pass) },
                builder: builder) : nil
        decision = place.isSplit ? Decision(of: place, z: z, level: level.local, builder: builder) : nil
        let own = covariates.map { NodeInput($0, columns: selection?.inBatch, pass: pass) }
        leaf =
            place.isLeaf
            ? Leaf(of: place, z: z, covariates: own, pool: pools.next(), builder: builder) : nil
        reachOfBatch = NodeOutput(reach.local, columns: selection?.inBatch, pass: pass)
        latentOfBatch = NodeOutput(z, columns: selection?.inBatch, pass: pass)
        parent?.children.append(self)
    }

    var id: Int { place.id }
    var depth: Int { place.depth }
    /// Whether no sample reaches the node.
    var isSkipped: Bool { pass.isSkipped }

    /// Divides the probability of reaching the node among its children: P of a child is that of the node times that of
    /// the branch (paper 2.4). Follows the decision.
    func reachChildren() {
        let stride = pass.batch.stride
        // An enumeration of generic elements would allocate.
        for index in children.indices {
            let child = children[index]
            let reached = child.reach.source.value
            if let decision {
                R.multiply(reach.local.value, decision.branch(index).value, into: reached, count: stride)
            } else {
                // The only child that pruning left: there is nothing to decide.
                reached.update(from: reach.local.value, count: stride)
            }
            child.reach.gather()
        }
    }

    /// Backward of ``reachChildren()``: the gradients of the branches, and an addition to that of ``reach``.
    func reachChildrenGradient() {
        let stride = pass.batch.stride
        for index in children.indices {
            let child = children[index]
            child.reach.returnGradient()
            let gradient = child.reach.source.gradient
            if let branch = decision?.branch(index) {
                R.multiply(reach.local.value, gradient, into: branch.gradient, count: stride)
                R.multiplyAdd(branch.value, gradient, into: reach.local.gradient, count: stride)
            } else {
                R.add(gradient, to: reach.local.gradient, count: stride)
            }
        }
    }
}

/// `node_007`: the name of a node in tensors and checkpoints.
public func nodeName(_ id: Int) -> String {
    let digits = String(id)
    return "node_" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
}
