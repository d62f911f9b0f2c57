import Bounds
import Networks
import Topology
import TreeModel

extension Architecture {
    /// Parameters that a model of a tree has at least: its larger matrices are counted, and nothing is allocated. A model
    /// and a sample on its way through take at most some hundred times as many numbers.
    ///
    /// - Parameter hasProjections: whether it has the heads of contrastive training.
    package func leastCount(of tree: Tree, hasProjections: Bool) -> Int {
        let features = Bounds.count(inputShape) ?? Bounds.elements
        let width = layers[0]
        let square = Bounds.clamped(width, width)
        // Encoder and decoder of a family: see NetworkBuilder.
        let (encoder, decoder): (Int, Int)
        switch family {
        case .mlp:
            encoder = Bounds.sum([Bounds.clamped(4, width, features), Bounds.clamped(16, square)])
            decoder = Bounds.sum([
                Bounds.clamped(4, width, features, likelihood.outputsPerValue), Bounds.clamped(16, square),
            ])
        // Kernels of three by three pixels or more, of every channel at first.
        case .cnn1:
            (encoder, decoder) = (Bounds.sum([square / 4, Bounds.clamped(9, inputShape[0])]), square / 4)
        case .cnnOmni:
            (encoder, decoder) = (
                Bounds.sum([Bounds.clamped(25, square), Bounds.clamped(9, inputShape[0])]), 0
            )
        case .cnn2:
            (encoder, decoder) = (Bounds.sum([square / 64, Bounds.clamped(9, inputShape[0])]), square / 64)
        }
        var counts = [encoder, Bounds.clamped(decoder, tree.leaves.count)]
        counts += zip(layers, layers.dropFirst()).map { Bounds.clamped($0, $1) }
        for node in tree.nodes {
            let width = self.width(depth: node.depth)
            counts.append(Bounds.clamped(2, latentSize(depth: node.depth), width))
            // The generative router reads z, the inference router d; both end in a square matrix.
            if node.isSplit { counts.append(Bounds.clamped(2, width, width)) }
        }
        if let contrastive, hasProjections {
            for (width, size) in zip(layers, contrastive.projections) {
                counts.append(Bounds.clamped(contrastive.hidden, width))
                counts.append(Bounds.clamped(contrastive.hidden, size))
            }
        }
        return Bounds.sum(counts)
    }

    /// Why a file's numbers cannot be those of a model of a tree; nil if they may be. To be asked before the model is
    /// built, which traps on sizes that make no sense and takes the memory that they ask for.
    ///
    /// - Parameters:
    ///   - numbers: how many the file holds in all.
    ///   - hasProjections: whether it has the heads of contrastive training.
    package func problem(of tree: Tree, among numbers: Int, hasProjections: Bool) -> String? {
        guard !inputShape.isEmpty, inputShape.allSatisfy({ $0 > 0 }), Bounds.count(inputShape) != nil else {
            return "there are no samples of shape \(inputShape)"
        }
        if let problem { return problem }
        guard tree.depth <= deepestLevel else {
            return
                "its tree has depth \(tree.depth): model.layers has \(layers.count) levels, which allow \(deepestLevel)"
        }
        let least = leastCount(of: tree, hasProjections: hasProjections)
        guard least <= numbers else {
            return "a model of these sizes has at least \(least) numbers, the file holds \(numbers)"
        }
        return nil
    }
}
