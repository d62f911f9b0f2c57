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

    /// Values that a decoder ends in for each value of the sample.
    package var outputsPerValue: Int {
        if case .learnedGaussian = self { 2 } else { 1 }
    }
}
