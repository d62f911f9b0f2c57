extension Configuration {
    /// How pictures are changed at random before they are trained on. Evaluation, the choice of a leaf's samples, growth and
    /// pruning see them as they are.
    public struct Augmentation: Codable, Equatable, Sendable {
        /// What is done. TF and PT: `affine` for Omniglot, `crop_and_jitter` for CIFAR and CelebA.
        public var method = AugmentationMethod.none
        /// Views of each picture in a batch, of which ``Training/batchSize`` counts each: all first views and then all
        /// second. TF and PT: 1 for Omniglot, 2 for CIFAR and CelebA.
        public var views = 1
        /// Whether the first of two views is the picture as it is. TF and PT: no; DeepECT's authors: yes.
        public var keepFirst = false
        /// How values between pixels are found. TF: bilinear; PT: nearest for Omniglot, bicubic for CIFAR and CelebA.
        public var interpolation = Interpolation.bilinear
        /// Ranges of `affine`.
        public var affine = Affine()
        /// Ranges of the crop of `crop_and_jitter`.
        public var crop = Crop()
        /// Ranges of the colours of `crop_and_jitter`.
        public var colour = Colour()
    }

    /// Random changes of pictures.
    public enum AugmentationMethod: String, Choice {
        /// Pictures stay as they are.
        case none
        /// Rotation, shift, zoom and shear.
        case affine
        /// A part of the picture in the size of the whole, mirrored or not, in other colours.
        case cropAndJitter = "crop_and_jitter"
    }

    /// How values between pixels are found.
    public enum Interpolation: String, Choice {
        /// The nearest pixel.
        case nearest
        /// Linear between the four pixels around.
        case bilinear
        /// Cubic convolution over the sixteen pixels around.
        case bicubic
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

    /// The part of a picture that is stretched over all of it.
    public struct Crop: Codable, Equatable, Sendable {
        /// Its area is uniform between this share and the whole. TF and PT, CIFAR: 0.2; CelebA: 0.75.
        public var minimumArea = 0.2
        /// The logarithm of its width by its height is uniform between those of the inverse and of this. TF and PT, CIFAR:
        /// 4/3; CelebA: 5/4.
        public var maximumRatio = 4.0 / 3
        /// Probability of the mirror image. TF and PT: 0.5.
        public var mirror = 0.5
    }

    /// The order of changes of colours.
    public enum ColourOrder: String, Choice {
        /// Another for each picture.
        case random
        /// Brightness, contrast, saturation, hue.
        case fixed
    }

    /// What a change of contrast leaves as it is.
    public enum ContrastMean: String, Choice {
        /// The mean of the picture's grey.
        case grey
        /// The mean of each channel.
        case channel
    }

    /// Random colours.
    public struct Colour: Codable, Equatable, Sendable {
        /// Probability that brightness, contrast, saturation and hue change. TF and PT: 0.8.
        public var probability = 0.8
        /// In which order. TF: `fixed`; PT: `random`.
        public var order = ColourOrder.random
        /// The factor is uniform within 1 ± this. TF and PT, CIFAR: 0.4; CelebA: 0.2.
        public var brightness = 0.4
        /// The factor is uniform within 1 ± this. TF and PT, CIFAR: 0.4; CelebA: 0.2.
        public var contrast = 0.4
        /// What contrast is about. TF: `channel`; PT: `grey`.
        public var contrastMean = ContrastMean.grey
        /// The factor is uniform within 1 ± this. TF and PT, CIFAR: 0.4; CelebA: 0.2.
        public var saturation = 0.4
        /// Turns of the circle of hues to either side. TF and PT, CIFAR: 0.1; CelebA: 0.
        public var hue = 0.1
        /// Probability that the picture becomes grey. TF and PT, CIFAR: 0.2; CelebA: 0.
        public var grey = 0.2
    }
}
