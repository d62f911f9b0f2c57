import Kernels
import Layers

/// What a model with a path threshold has beside a dense one.
///
/// With a threshold t, a sample skips a child that it reaches with a probability below t, if that is the less probable
/// of the two children: the decision becomes certain, q = 0 or 1, and the child's networks and all below run on the
/// samples that are left (``Selection``). So the cost of a sample grows with the depth of the tree and not with its
/// leaves. What is computed is the dense model under this posterior: every sample keeps a path to a leaf, leaf
/// probabilities sum to one, the ELBO is a bound, and skipped terms have weight zero. Merely leaving terms out would
/// not do: the loss would fall with every bit of probability moved to a path that is not computed. A certain decision
/// has no gradient for its router; the probabilities of the path above it have theirs from all terms kept.
///
/// Batch-norms of the nodes below the top keep the running statistics that dense training left them. Statistics over
/// only the samples that reach a node differ from the dense model's: a trained tree that changed to them lost tens of
/// nats in the reconstruction at once, and its routers gave up leaves before it had recovered.
///
/// New routers must not be cut off: a decision that became certain while the two decoders behind it are still alike
/// would stay so, and its loser would never learn. So a growing subtree takes both paths, and so does the tree of two
/// leaves with which a run starts; neither would gain much, and both give the statistics that sparse training keeps.
struct SparsePaths<R: Real> {
    /// Reach probability below which the less probable child is skipped.
    private let threshold: R
    /// Weights of the samples that reach the node at work.
    private let weights: SampleWeights<R>
    /// Targets of the samples that reach the leaf at work, `[features, stride]`.
    private let targets: Storage<R>
    /// Values of a sample that decoders explain.
    private let features: Int

    /// - Parameters:
    ///   - features: values of a sample.
    ///   - columns: the most samples of a batch.
    init(threshold: Double, features: Int, columns: Int) {
        self.threshold = R(threshold)
        self.features = features
        weights = SampleWeights(columns: columns)
        targets = Storage(count: features * columns)
    }

    /// Sends each sample of a node on to the children that it reaches, and makes the decision certain where it reaches
    /// but one of two.
    func selectChildren(of node: ModelNode<R>) {
        let columns = node.pass.batch.columns
        guard let decision = node.decision, let left = node.children[0].selection,
            let right = node.children[1].selection
        else {
            for child in node.children { child.selection?.selectAll(columns) }
            return
        }
        left.begin()
        right.begin()
        for column in 0..<columns {
            let reach = node.reach.local.value[column]
            let (toLeft, toRight) = (decision.left.value[column], decision.right.value[column])
            // A NaN is below nothing: it goes both ways and stays visible.
            if toRight <= toLeft, reach * toRight < threshold {
                decision.makeCertain(column, goesLeft: true)
                left.append(parentColumn: column)
            } else if toLeft < toRight, reach * toLeft < threshold {
                decision.makeCertain(column, goesLeft: false)
                right.append(parentColumn: column)
            } else {
                left.append(parentColumn: column)
                right.append(parentColumn: column)
            }
        }
        left.end()
        right.end()
    }

    /// The weights of a node's samples among those of the batch; valid until those of another node are asked for.
    func weights(of node: ModelNode<R>, among whole: SampleWeights<R>) -> SampleWeights<R> {
        guard let selection = node.selection else { return whole }
        weights.gather(whole, selection.inBatch)
        return weights
    }

    /// The targets of a leaf's samples among those of the batch; valid until those of another leaf are asked for.
    func targets(of node: ModelNode<R>, among images: Activation<R>) -> UnsafePointer<R> {
        guard let selection = node.selection else { return UnsafePointer(images.value) }
        selection.inBatch.gather(images.value, rows: features, into: targets.pointer)
        return UnsafePointer(targets.pointer)
    }
}
