import Kernels
import Layers
import TreeModel

extension TreeVAE {
    /// The model with a trained subtree in place of the leaf it grew from. The leaf's decoder is dropped.
    public func attaching(_ subtree: Subtree<R>, columns: Int, reducer: any MomentReducer) -> TreeVAE<R> {
        let grown = TreeVAE(
            architecture: architecture, tree: subtree.tree, columns: columns, training: true, reducer: reducer
        )
        let copied =
            grown.arena.copyValues(from: arena) { $0 }
            + grown.arena.copyValues(from: subtree.arena) { $0 }
        precondition(copied == grown.arena.parameters.count, "every tensor of the grown tree has a source")
        return grown
    }

    /// The model without a leaf, or nil if only the root would be left.
    ///
    /// A parent that keeps one child loses both routers; one that keeps none goes too, upwards.
    public func removing(leaf: Int, columns: Int, reducer: any MomentReducer) -> TreeVAE<R>? {
        guard let (pruned, newIdentifier) = tree.removing(leaf: leaf) else { return nil }
        let oldName = Dictionary(
            uniqueKeysWithValues: newIdentifier.map { (nodeName($0.value), nodeName($0.key)) })
        let model = TreeVAE(
            architecture: architecture, tree: pruned, columns: columns, training: true, reducer: reducer)
        let copied = model.arena.copyValues(from: arena) { name in
            let node = name.prefix { $0 != "/" }
            return oldName[String(node)].map { $0 + name.dropFirst(node.count) } ?? name
        }
        precondition(copied == model.arena.parameters.count, "every tensor of the pruned tree has a source")
        return model
    }
}
