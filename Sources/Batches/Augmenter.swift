import Augmentations
import Configuration
import Kernels
import Layers

/// What changes the pictures that are trained on, with room for a rank's share of a batch.
package final class Augmenter<R: Real> {
    /// Whether the first view of a picture is the picture as it is.
    let keepsFirst: Bool
    /// Key of its random numbers.
    let seed: UInt64
    private let augmentation: any Augmentation
    private let shape: PictureShape
    private let picture: Storage<Float>
    private let scratch: Storage<Float>
    /// `[columns, features]`.
    private let changed: Storage<Float>
    private let places: [Int32]

    /// What a configuration asks for; nil where pictures stay as they are.
    ///
    /// - Parameters:
    ///   - shape: of the samples; see ``Configuration/augmentationProblem(shape:)``.
    ///   - columns: the most of a batch.
    package init?(_ configuration: Configuration, shape: [Int], columns: Int) {
        guard let augmentation = configuration.pictureAugmentation, let shape = PictureShape(shape) else {
            return nil
        }
        keepsFirst = configuration.augmentation.keepFirst
        seed = configuration.seedBits
        self.augmentation = augmentation
        self.shape = shape
        picture = Storage(count: shape.count)
        scratch = Storage(count: shape.count)
        changed = Storage(count: columns * shape.count)
        places = Array(0..<Int32(columns))
    }

    /// Writes `[features, stride]`: one column a picture, zeros in the padding.
    ///
    /// - Parameters:
    ///   - rows: where the samples are in the loader's memory, `[columns]`.
    ///   - draws: what decides how the picture of a column changes; nil where it stays as it is.
    func load(
        _ loader: SampleLoader<R>, rows: UnsafePointer<Int32>, columns: Int,
        into images: UnsafeMutablePointer<R>,
        draws: (Int) -> UniformDraws?
    ) {
        for column in 0..<columns {
            let target = changed.pointer + column * shape.count
            guard var draws = draws(column) else {
                loader.load(row: rows[column], into: target)
                continue
            }
            loader.load(row: rows[column], into: picture.pointer)
            augmentation.apply(
                picture.pointer, shape: shape, draws: &draws, scratch: scratch.pointer, into: target)
        }
        R.gather(
            floats: changed.pointer, features: shape.count, indices: places, columns: columns,
            stride: paddedStride(columns), scale: 1, into: images)
    }
}
