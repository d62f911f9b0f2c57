extension Configuration {
    /// How pictures are changed at random before they are trained on. Evaluation, the choice of a leaf's samples, growth and
    /// pruning see them as they are.
    public struct Augmentation: Codable, Equatable, Sendable {
        /// What is done. TF and PT: `affine` for Omniglot.
        public var method = AugmentationMethod.none
        /// Views of each picture in a batch, of which ``Training/batchSize`` counts each: all first views and then all
        /// second. TF and PT: 1 for Omniglot, 2 for CIFAR and CelebA.
        public var views = 1
        /// How values between pixels are found. TF: bilinear; PT, Omniglot: nearest.
        public var interpolation = Interpolation.bilinear
        /// Ranges of `affine`.
        public var affine = Affine()
    }

    /// Random changes of pictures.
    public enum AugmentationMethod: String, Choice {
        /// Pictures stay as they are.
        case none
        /// Rotation, shift, zoom and shear.
        case affine
    }

    /// How values between pixels are found.
    public enum Interpolation: String, Choice {
        /// The nearest pixel.
        case nearest
        /// Linear between the four pixels around.
        case bilinear
    }

    /// A small affine map about the centre of a picture; every number is uniform in its range.
    public struct Affine: Codable, Equatable, Sendable {
        /// Degrees to either side. TF and PT, Omniglot: 10.
        public var rotation = 10.0
        /// Pixels in either direction of each axis. TF: 2; PT: 1 (1/28 of the side).
        public var shift = 2.0
        /// Distances between the places that are sampled are multiplied by 1 ± this. TF and PT: 0.1.
        public var zoom = 0.1
        /// Whether the two axes have zooms of their own. TF: yes; PT: no.
        public var zoomPerAxis = true
        /// Degrees to either side. TF and PT: 0.01.
        public var shear = 0.01
        /// Value of what comes in from outside of the picture. TF and PT: 1, the white paper.
        public var fill = 1.0
    }
}
