import Kernels
import Layers

// Sparse paths: who reaches a node, and what goes from the samples of a batch to those that do, and back. Where no
// sample may skip a node there is nothing to do.
extension TopDown {
    /// A logit whose decision is certain.
    private static var certain: R { 1000 }

    /// Sends each sample of a node on to the children that it reaches, and makes the decision certain where it
    /// reaches but one of two.
    func selectChildren(of node: NodeNetworks<R>) {
        let columns = node.pass.batch.columns
        guard let router = node.inferenceRouter, let leftId = node.node.left, let rightId = node.node.right
        else {
            for child in node.children { networks(child).selection?.selectAll(columns) }
            return
        }
        guard let left = networks(leftId).selection, let right = networks(rightId).selection else { return }
        let logit = router.output.value
        left.removeAll()
        right.removeAll()
        for column in 0..<columns {
            let reach = node.reach.pointer[column]
            let (toLeft, toRight) = (node.left.pointer[column], node.right.pointer[column])
            // A NaN is below nothing: it goes both ways and stays visible.
            if toRight <= toLeft, reach * toRight < pathThreshold {
                logit[column] = Self.certain
                (node.left.pointer[column], node.right.pointer[column]) = (1, 0)
                left.append(parentPlace: column)
            } else if toLeft < toRight, reach * toLeft < pathThreshold {
                logit[column] = -Self.certain
                (node.left.pointer[column], node.right.pointer[column]) = (0, 1)
                right.append(parentPlace: column)
            } else {
                left.append(parentPlace: column)
                right.append(parentPlace: column)
            }
        }
        left.end()
        right.end()
    }

    /// The columns of d that a node reads.
    func gatherLevel(of node: NodeNetworks<R>) {
        node.selection?.gather(levels[node.node.depth].value, rows: node.level.rows, into: node.level.value)
    }

    /// The columns of the parent's z that a node reads.
    func gatherParentLatent(of node: NodeNetworks<R>) {
        guard let selection = node.selection, let mine = node.parentLatent, let parent = node.node.parent
        else {
            return
        }
        selection.gather(parent: networks(parent).z.value, rows: mine.rows, into: mine.value)
    }

    /// The targets that a leaf's logits are compared with, `[features, stride]`.
    func targets(of node: NodeNetworks<R>, _ images: Activation<R>) -> UnsafePointer<R> {
        guard let selection = node.selection else { return UnsafePointer(images.value) }
        selection.gather(images.value, rows: images.rows, into: selectedImages.pointer)
        return UnsafePointer(selectedImages.pointer)
    }

    /// The weights of a node's samples; valid until those of another node are asked for.
    func weights(of node: NodeNetworks<R>) -> SampleWeights<R> {
        guard let selection = node.selection, let selectedWeights else { return weights }
        selectedWeights.gather(weights, selection)
        return selectedWeights
    }

    /// Adds the gradient of the parent's z to the parent's.
    func returnLatentGradient(of node: NodeNetworks<R>) {
        guard let selection = node.selection, let mine = node.parentLatent, mine.hasGradient,
            let parent = node.node.parent
        else { return }
        selection.add(mine.gradient, rows: mine.rows, toParent: networks(parent).z.gradient)
    }

    /// Adds the gradient of d to the level's.
    func returnLevelGradient(of node: NodeNetworks<R>) {
        guard let selection = node.selection, node.level.hasGradient else { return }
        selection.add(node.level.gradient, rows: node.level.rows, to: levels[node.node.depth].gradient)
    }

    /// The gradient of a child's reach probability by the parent's samples, `[stride of the parent]`; where some
    /// skip the child, valid until the next is asked for.
    func reachGradient(of child: NodeNetworks<R>, stride: Int) -> UnsafePointer<R> {
        guard let selection = child.selection else { return UnsafePointer(child.reachGradient.pointer) }
        scratch.pointer.clear(count: stride)
        selection.add(child.reachGradient.pointer, rows: 1, toParent: scratch.pointer)
        return UnsafePointer(scratch.pointer)
    }
}
