extension Configuration {
    /// The contrastive extension (paper 2.6): what it adds to the loss of two augmented views of each image.
    public struct Contrastive: Codable, Equatable, Sendable {
        /// Weight of its terms in the loss, at all times of training; 0 = no such terms. TF and PT, CIFAR and CelebA: 100.
        public var weight = 0.0
        /// Temperature of the similarities of projections. TF and PT: 0.5.
        public var temperature = 0.5
        /// Temperature of the similarities of decisions. TF and PT: 1.
        public var routerTemperature = 1.0
        /// How the two terms at the root of a whole tree, of projections and of its router, are combined.
        public var combination = Combination.published
        /// Width of the hidden layer of each projection head; `nil` = the least of ``Model/layers``, as PT. TF: 512.
        public var hidden: Int?
        /// Size of each projection; `nil` = that of z at its level, as PT. TF: 64.
        public var projection: Int?
    }

    /// How the terms of a node are combined.
    public enum Combination: String, Choice {
        /// By their mean, so that the root's two count half. TF.
        case published
        /// By their sum. PT.
        case sum
    }
}
