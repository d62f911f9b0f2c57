import Configuration
import RunLog
import Topology
import TreeModel

/// Everything in a checkpoint besides tensors.
public struct CheckpointHeader: Sendable {
    /// The resolved configuration of the run.
    public var configuration: Configuration
    /// The topology.
    public var tree: Tree
    /// Shape of one sample.
    public var inputShape: [Int]
    /// Name of the data set that the model was trained on.
    public var datasetName: String
    /// What is known of the inputs; nil in files that were written before it was recorded, and of imported weights.
    public var inputs: ModelInputs?
    /// What tells the data from others; nil in files that were written before it was recorded, and of imported weights.
    public var dataDigests: DataDigests?
    /// Names of the classes; empty without labels.
    public var classNames: [String]
    /// Where the run stands.
    package var state: RunState
    /// Every epoch so far.
    public var history: [EpochRecord]
    /// Every split and every pruned leaf so far; while a subtree is in training, the last one is its split.
    public var growth: [GrowthRecord] = []
    /// How the samples that training is followed on fall into the leaves; nil before the first look.
    public var clustering: Clustering?

    /// Everything that a checkpoint is to say.
    package init(
        configuration: Configuration, tree: Tree, inputShape: [Int], datasetName: String,
        inputs: ModelInputs?, dataDigests: DataDigests? = nil, classNames: [String],
        state: RunState, history: [EpochRecord], growth: [GrowthRecord] = [], clustering: Clustering? = nil
    ) {
        self.configuration = configuration
        self.tree = tree
        self.inputShape = inputShape
        self.datasetName = datasetName
        self.inputs = inputs
        self.dataDigests = dataDigests
        self.classNames = classNames
        self.state = state
        self.history = history
        self.growth = growth
        self.clustering = clustering
    }

    /// Name of the phase that the file was written in.
    public var phaseName: String { state.stage.phase?.rawValue ?? "finished" }
    /// Epochs of that phase that are done.
    public var epoch: Int { state.epoch }
    /// Splits that are done.
    public var growthStep: Int { state.growthStep }
    /// The leaf that a subtree is being trained for.
    public var growingLeaf: Int? {
        if case .subtree(let leaf) = state.stage { leaf } else { nil }
    }
}

/// What the files of this version are called.
package enum CheckpointFormat {
    static let name = "treevae-dist checkpoint"
    static let version = 2
    /// What is read: version 1 had no digest of its contents.
    static let readable = 1...2

    /// Group of a node: groups nest as the tree does, so that `h5ls -r` draws it.
    static func group(of node: Int, in tree: Tree) -> String {
        "/tree/" + tree.path(to: node).map(nodeName).joined(separator: "/")
    }

    /// Where a model's tensor is: node tensors in their node's group, the trunk's beside the tree.
    static func path(of tensor: String, in tree: Tree) -> String {
        for node in tree.nodes {
            let name = nodeName(node.id)
            if tensor.hasPrefix(name + "/") {
                return group(of: node.id, in: tree) + tensor.dropFirst(name.count)
            }
        }
        return "/" + tensor
    }

    /// Where a growing subtree's tensor is.
    static func subtreePath(of tensor: String) -> String { "/subtree/" + tensor }
}
