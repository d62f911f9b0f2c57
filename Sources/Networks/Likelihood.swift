/// Distribution of an input value given a leaf, which decides the reconstruction loss and what decoders end in. Losses
/// have all their constants, so that ELBOs under different distributions are comparable numbers.
public enum Likelihood: Sendable, Equatable {
    /// Cross-entropy of values in [0, 1], on logits.
    case bernoulli
    /// A Gaussian of this variance around the decoder's means; with ½ the loss is the squared error and a constant.
    case gaussian(variance: Double)
    /// A Gaussian whose mean and variance are the decoder's (paper eq. 2), the variance above this minimum.
    case learnedGaussian(minimumVariance: Double)
    /// A negative binomial of counts: the mean is the sample's total count, divided by the softmax of the decoder's
    /// logits; each leaf has a dispersion for every value.
    case negativeBinomial
    /// A negative binomial of counts that may be 0 besides, with a probability that the decoder gives for each value.
    case zeroInflatedNegativeBinomial

    /// Of each value what suits it: of those in `binary`, by their places, the cross-entropy on logits, of the others a
    /// Gaussian of this variance.
    case mixed(variance: Double, binary: [Int])

    /// Values that a decoder ends in for each value of the sample.
    package var outputsPerValue: Int {
        switch self {
        case .bernoulli, .gaussian, .negativeBinomial, .mixed: 1
        case .learnedGaussian, .zeroInflatedNegativeBinomial: 2
        }
    }

    /// Whether values are counts, which encoders read as logarithms and of which a leaf has dispersions.
    public var isOfCounts: Bool { self == .negativeBinomial || self == .zeroInflatedNegativeBinomial }
}
