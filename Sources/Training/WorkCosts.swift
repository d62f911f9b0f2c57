import Kernels
import Layers
import TreeModel

/// Floating-point operations of training steps for one sample, by what is trained.
struct WorkCosts: Sendable {
    /// Of the encoder, the bottom-up chain and the root.
    let trunk: Double
    /// Of a leaf, with its share of the nodes above.
    let leaf: Double
    /// Of a growing subtree.
    let subtree: Double

    /// Counts the operations of an architecture's smallest trees, which grow by as many with every leaf.
    init<R: Real>(_ architecture: Architecture, scalar: R.Type) {
        func tree(_ leaves: Int) -> Double {
            let tree = Tree(balanced: leaves, deepest: architecture.deepestLevel)
            return Double(
                TreeVAE<R>(architecture: architecture, tree: tree, columns: 1, training: true)
                    .flops(training: true))
        }
        let (two, three) = (tree(2), tree(3))
        leaf = architecture.deepestLevel > 1 ? three - two : two / 3
        trunk = two - 2 * leaf
        subtree = Double(
            Subtree<R>(
                architecture: architecture, growing: Tree(), at: 1, weightsReconstruction: false, columns: 1
            ).flops)
    }
}
