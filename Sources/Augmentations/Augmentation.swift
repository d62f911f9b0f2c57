/// A random change of pictures that leaves what they show as it is.
public protocol Augmentation: Sendable {
    /// Writes a picture as it is after the change.
    ///
    /// - Parameters:
    ///   - picture: `[channels, height, width]`.
    ///   - draws: what decides how it changes; nothing else does.
    ///   - scratch: room for another picture.
    ///   - result: `[channels, height, width]`, apart from `picture`.
    func apply(
        _ picture: UnsafePointer<Float>, shape: PictureShape, draws: inout UniformDraws,
        scratch: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>)
}

/// The shape of a picture, one plane after the other.
public struct PictureShape: Equatable, Sendable {
    /// Planes: 1 for grey, 3 for colour.
    public let channels: Int
    /// Rows of pixels.
    public let height: Int
    /// Pixels in a row.
    public let width: Int

    /// All values.
    public var count: Int { channels * height * width }

    /// The shape of samples `[channels, height, width]`; nil where they are no pictures.
    public init?(_ shape: [Int]) {
        guard shape.count == 3 else { return nil }
        (channels, height, width) = (shape[0], shape[1], shape[2])
    }
}
