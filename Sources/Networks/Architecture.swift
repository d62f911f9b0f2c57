import Kernels
import Layers

/// Everything that fixes a model besides its topology and its parameters.
public struct Architecture: Sendable {
    /// Families of encoders and decoders.
    public enum Family: String, Sendable, CaseIterable {
        /// Three strided 3x3 convolutions for images of 28x28 (MNIST, Fashion-MNIST).
        case cnn1
        /// Six convolutions of 4x4 and 5x5 for images of 28x28 (Omniglot).
        case cnnOmni = "cnn_omni"
        /// Four dense layers for samples of any shape (20 Newsgroups).
        case mlp
        /// Pre-activation residual blocks for images of 32x32 or 64x64 (CIFAR, CelebA).
        case cnn2
    }

    /// What convolutions and averages find beyond the borders of a map, where the two reference implementations differ.
    public enum Borders: String, Sendable, CaseIterable {
        /// Zeros on all sides, which averages count.
        case pytorch
        /// Zeros that leave the size of a map as it is, one more at the far end; averages count what is in the map.
        case tensorflow
    }

    /// Family of the encoder and the leaf decoders.
    public var family: Family
    /// Borders of the families `cnn_omni` and `cnn2`.
    public var borders: Borders
    /// Shape of one sample: channels, height, width; the dense family takes any.
    public var inputShape: [Int]
    /// Latent sizes, bottom to root; one per level.
    public var latent: [Int]
    /// Widths of the bottom-up chain, bottom to root; the first is the encoder's output.
    public var layers: [Int]
    /// Momentum, epsilon and slope of every batch-norm.
    public var batchNorm: BatchNormSettings
    /// Distribution of an input value given a leaf.
    public var likelihood: Likelihood
    /// First values of new tensors.
    public var initialisation: Initialisation
    /// Reach probability below which a sample skips a node and all below it, in [0, 0.5); 0 if none skips any.
    /// Trees of more than two leaves heed it; see ``TopDown``.
    public var pathThreshold: Double
    /// The contrastive extension; nil without it. Models in training have its heads.
    public var contrastive: ContrastiveSettings?
    /// Whether the encoder reads counts that are divided by the mean of their sample, so that samples of different
    /// depth look alike.
    public var normalisesCounts = false
    /// So many of the last inputs are covariates: encoder and decoders read them, and no likelihood does. The dense family
    /// alone takes them.
    public var covariates = 0
    /// Whether inputs may be missing, NaN: encoders read 0 in their place, and likelihoods leave them out.
    public var mayMiss = false
    /// What computes the products of wide layers, which fixes how they round.
    public var products = ProductKernels.own

    /// Momentum, epsilon and leaky slope, independent of the scalar.
    public struct BatchNormSettings: Sendable {
        /// Share of the old running value that is kept.
        public var momentum: Double
        /// Added to the variance.
        public var epsilon: Double
        /// Slope of the leaky ReLU behind it.
        public var slope: Double

        /// Settings of every batch-norm of a model.
        public init(momentum: Double, epsilon: Double, slope: Double) {
            self.momentum = momentum
            self.epsilon = epsilon
            self.slope = slope
        }
    }

    /// An architecture; `latent` and `layers` have one entry per level.
    public init(
        family: Family, borders: Borders = .pytorch, inputShape: [Int], latent: [Int], layers: [Int],
        batchNorm: BatchNormSettings,
        likelihood: Likelihood = .bernoulli, initialisation: Initialisation, pathThreshold: Double = 0,
        contrastive: ContrastiveSettings? = nil
    ) {
        precondition((0..<0.5).contains(pathThreshold), "a path threshold of \(pathThreshold)")
        precondition(
            latent.count == layers.count && !layers.isEmpty, "one latent size and one width per level")
        precondition(
            contrastive.map { $0.projections.count == layers.count } ?? true, "one projection size per level")
        self.family = family
        self.borders = borders
        self.inputShape = inputShape
        self.latent = latent
        self.layers = layers
        self.batchNorm = batchNorm
        self.likelihood = likelihood
        self.initialisation = initialisation
        self.pathThreshold = pathThreshold
        self.contrastive = contrastive
    }

    /// Depth of the deepest level: nodes of this depth read the encoder's output.
    public var deepestLevel: Int { layers.count - 1 }
    /// Values of one sample that the encoder reads.
    public var inputs: Int { inputShape.reduce(1, *) }
    /// Values of one sample that the decoders explain: its inputs without the covariates.
    public var features: Int { inputs - covariates }
    /// Shape of what the decoders explain.
    public var outputShape: [Int] { covariates == 0 ? inputShape : [features] }

    /// Size of z at a depth.
    public func latentSize(depth: Int) -> Int { latent[deepestLevel - depth] }
    /// Width of d, and of routers and transformations that start, at a depth.
    public func width(depth: Int) -> Int { layers[deepestLevel - depth] }
}
