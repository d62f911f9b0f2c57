import Checkpoints
import Images
import Layers
import RunLog
import TreeModel

/// What each leaf of a model of pictures generates in the mean, as pictures for TensorBoard.
package struct LeafMeans {
    /// One for each leaf, breadth first; none where samples are no pictures.
    package let pictures: [TensorBoardLog.Picture]

    /// Draws of a leaf that its mean is at least of, where it is reached as often.
    private static var leastDraws: Int { 16 }

    /// Draws from the prior; on one rank, nothing is exchanged.
    ///
    /// - Parameter seed: of the latents.
    package init<R: Scalar>(_ model: TreeVAE<R>, seed: UInt64) throws {
        let shape = model.architecture.inputShape
        guard shape.count == 3 else {
            pictures = []
            return
        }
        let generated = try GeneratedPictures(of: model, Self.leastDraws, seed: seed)
        pictures = try model.tree.leaves.enumerated().compactMap { index, leaf in
            guard let mean = generated.mean(of: [index]) ?? generated.pictures[index].first else {
                return nil
            }
            let image = Image(sample: mean, shape: shape)
            return TensorBoardLog.Picture(
                name: "generated/leaf \(leaf)", height: image.height, width: image.width,
                channels: image.channels, png: try image.png())
        }
    }
}
