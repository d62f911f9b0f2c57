import Checkpoints
import Configuration
import Kernels
import Layers
import Networks
import Topology
import TreeModel

/// How many bytes each kind of training exchanges between the ranks in one step.
public struct ExchangeSizes: Encodable, Sendable {
    /// Leaves of the whole tree.
    public let leaves: Int
    /// Bytes of the gradients of the whole tree.
    public let tree: Int
    /// Bytes of the gradients of the first subtree that grows, at a child of the root.
    public let subtree: Int

    private enum CodingKeys: String, CodingKey {
        case leaves
        case tree = "tree_bytes"
        case subtree = "subtree_bytes"
    }

    /// Counts for a balanced tree.
    /// - Parameter inputShape: of the samples; that which the family was made for without.
    /// - Throws: ``TrainingError`` where there is no such tree.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, inputShape: [Int]? = nil, scalar: R.Type
    ) throws {
        let architecture = Architecture(
            configuration, inputShape: inputShape ?? configuration.model.family.inputShape)
        let model = TreeVAE<R>(
            architecture: architecture, tree: try Tree(leaves: leaves, of: architecture), columns: 1,
            training: true)
        let subtree = Subtree<R>(
            architecture: architecture, growing: Tree(), at: 1,
            weightsReconstruction: configuration.growth.weightedReconstruction, columns: 1)
        self.leaves = leaves
        tree = model.arena.count * MemoryLayout<R>.stride
        self.subtree = subtree.arena.count * MemoryLayout<R>.stride
    }
}
