extension Configuration {
    /// Architecture of the network. Lists run from the bottom (the deepest level) to the root.
    public struct Model: Codable, Equatable, Sendable {
        /// What is trained: the tree, or one of the paper's baselines.
        public var kind = Kind.tree
        /// Layers of the encoder and of the leaf decoders.
        public var family = Family.cnn1
        /// What the families `cnn_omni` and `cnn2` find beyond the borders of a map.
        public var borders = Borders.pytorch
        /// Dimensions of z at each level. TF and PT, MNIST: 8 at 6 levels.
        public var latent = [8, 8, 8, 8, 8, 8]
        /// Width of d, of the transformations and of the routers at each level. TF and PT, MNIST: 128 at 6 levels.
        public var layers = [128, 128, 128, 128, 128, 128]
        /// Slope of the leaky ReLU for negative inputs. TF (the Keras default) and PT: 0.3.
        public var activationSlope = 0.3
        /// Distribution of an input value given a leaf; decides the reconstruction loss.
        public var likelihood = Likelihood.bernoulli
        /// Variance of the likelihood `gaussian`. TF and PT, CIFAR and CelebA: the squared error, which is that of 1/2
        /// without its constant.
        public var variance = 0.5
        /// Least variance of the likelihood `gaussian-learned`. Ours.
        public var minimumVariance = 1e-4
        /// Whether the encoder reads counts that are divided by the mean of their sample, with a likelihood
        /// of counts. Ours.
        public var normalizeCounts = false
        /// Features of the likelihood `mixed` that are 0 or 1, by their places from 0. Ours.
        public var binary: [Int] = []
        /// Whether values may be missing (NaN in the shards): the encoder reads 0, the loss leaves them out. Ours.
        public var mayMiss = false
        /// So many of the last features are covariates, such as one for each batch of cells: encoder and decoders read
        /// them, the loss does not. Ours.
        public var covariates = 0
        /// Distribution of initial weights. TF: `glorot`; PT: `fan_in`.
        public var initialization = Initialization.glorot
        /// Reach probability below which a sample skips the less probable child of a node and all below it; 0 = no
        /// sample skips any. Subtrees and the first two leaves train on all paths. Ours.
        public var pathThreshold = 0.0
        /// Batch normalisation of every hidden layer.
        public var batchNorm = BatchNorm()
    }

    /// What is trained.
    public enum Kind: String, Choice {
        /// TreeVAE.
        case tree
        /// One latent and one decoder (Kingma and Welling 2014). It has the first entries of ``Model/layers`` and
        /// ``Model/latent``.
        case vae
        /// A latent at every level, from the root to the one that is decoded (Sønderby et al. 2016): a tree without
        /// branches.
        case ladderVae = "ladder-vae"
        /// A deep embedded cluster tree (Mautz, Plant and Böhm 2019), with layers of its own: ``DeepECT``.
        case deepect
    }

    /// Layers of the encoder and of the leaf decoders.
    public enum Family: String, Choice {
        /// Three strided 3x3 convolutions for 28x28 pixels: MNIST, Fashion-MNIST, strokes.
        case cnn1
        /// Six convolutions of 4x4 and 5x5 for 28x28 pixels: Omniglot.
        case cnnOmni = "cnn_omni"
        /// Four dense layers for samples of any shape: 20 Newsgroups.
        case mlp
        /// Residual blocks for 32x32 or 64x64 pixels: CIFAR, CelebA.
        case cnn2
    }

    /// What convolutions and averages find beyond the borders of a map.
    public enum Borders: String, Choice {
        /// Zeros on all sides of every map, which averages count.
        case pytorch
        /// Convolutions of step 1 leave a map as large as it is, with one more row and column of zeros at the far ends,
        /// those of step 2 have no zeros; averages count what is in the map.
        case tensorflow
    }

    /// Distribution of an input value given a leaf.
    public enum Likelihood: String, Choice {
        /// Cross-entropy of grey values in [0, 1], summed over inputs.
        case bernoulli
        /// Gaussian of fixed variance around the decoder's means.
        case gaussian
        /// Gaussian with mean and variance from the decoder, equation 2 of the paper.
        case gaussianLearned = "gaussian-learned"
        /// Counts, with the sample's total as offset and a dispersion for each value and leaf.
        case negativeBinomial = "negative-binomial"
        /// Counts as before, each of which may be 0 besides with a probability from the decoder.
        case zeroInflatedNegativeBinomial = "zero-inflated-negative-binomial"
        /// Of each feature what suits it: the cross-entropy of those in ``Model/binary``, a Gaussian of the others.
        case mixed

        /// Whether values are counts.
        public var isOfCounts: Bool { self == .negativeBinomial || self == .zeroInflatedNegativeBinomial }
    }

    /// Distribution of initial weights.
    public enum Initialization: String, Choice {
        /// Uniform within ±√(6 / (fan in + fan out)), biases 0.
        case glorot
        /// Weights and biases uniform within ±1/√(fan in).
        case fanIn = "fan_in"
    }

    /// Batch normalisation.
    public struct BatchNorm: Codable, Equatable, Sendable {
        /// Share of the old value that a running statistic keeps at each step, the convention of Keras.
        /// TF: 0.99; PT: 0.9 (there written 0.1, the share of the new value).
        public var momentum = 0.99
        /// Added to the variance. TF: 1e-3; PT: 1e-5.
        public var epsilon = 1e-3
    }
}

extension Configuration.Family {
    /// Shape of the samples that the family was made for in the paper.
    public var inputShape: [Int] {
        switch self {
        case .cnn1, .cnnOmni: [1, 28, 28]
        case .mlp: [2000]
        case .cnn2: [3, 32, 32]
        }
    }
}
