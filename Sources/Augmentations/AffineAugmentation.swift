/// A small random rotation, shift, zoom and shear: the augmentation of Omniglot.
///
/// The TensorFlow reference (published) is Keras' random transformation, bilinear, with a zoom for each axis; the PyTorch
/// reference takes the nearest pixel and one zoom.
public struct AffineAugmentation: Augmentation {
    /// Degrees to either side.
    public var rotation: Double
    /// Pixels in either direction of each axis.
    public var shift: Double
    /// Distances between the sampled places are multiplied by 1 ± this.
    public var zoom: Double
    /// Whether the two axes have zooms of their own.
    public var zoomsPerAxis: Bool
    /// Degrees to either side.
    public var shear: Double
    /// Value of what comes in from outside of the picture.
    public var fill: Float
    /// Whether a value is interpolated between four pixels, or that of the nearest pixel.
    public var isBilinear: Bool

    /// An augmentation within these ranges.
    public init(
        rotation: Double, shift: Double, zoom: Double, zoomsPerAxis: Bool, shear: Double, fill: Float,
        isBilinear: Bool
    ) {
        self.rotation = rotation
        self.shift = shift
        self.zoom = zoom
        self.zoomsPerAxis = zoomsPerAxis
        self.shear = shear
        self.fill = fill
        self.isBilinear = isBilinear
    }

    /// Draws a map: six numbers, always.
    func map(_ draws: inout UniformDraws) -> AffineMap {
        let rotation = draws.next(from: -rotation, to: rotation)
        let shift = (
            row: draws.next(from: -self.shift, to: self.shift),
            column: draws.next(from: -self.shift, to: self.shift)
        )
        let shear = draws.next(from: -self.shear, to: self.shear)
        let zoom = (
            row: draws.next(from: 1 - self.zoom, to: 1 + self.zoom),
            column: draws.next(from: 1 - self.zoom, to: 1 + self.zoom)
        )
        return AffineMap(
            rotation: rotation, shift: shift, shear: shear,
            zoom: (zoom.row, zoomsPerAxis ? zoom.column : zoom.row))
    }

    /// Writes a picture rotated, shifted, zoomed and sheared.
    public func apply(
        _ picture: UnsafePointer<Float>, shape: PictureShape, draws: inout UniformDraws,
        scratch: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>
    ) {
        map(&draws).sample(picture, shape: shape, isBilinear: isBilinear, fill: fill, into: result)
    }
}
