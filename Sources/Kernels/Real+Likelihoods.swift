import CKernels

// Negative log-likelihoods of samples `[features, stride]`: one loss for each column, and gradients times its weight.
extension Real {
    /// Cross-entropy of grey values on logits: `loss[column] = Σ over features of max(l,0) - l·x + ln(1+exp(-|l|))`.
    /// If `gradient` is given, `gradient[feature, column] = weight[column] * (σ(l) - x)`; a zero weight gives a
    /// zero gradient. Sums are accurate to a few units in the last place of their value.
    public static func bernoulliLoss(
        logits: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_bernoulli_loss(type, logits, target, features, stride, weight, loss, gradient)
    }

    /// Gaussian of fixed variance: `loss[column] = ½ Σ over features of [ln(2π variance) + (x - m)² / variance]`. If
    /// `gradient` is given, `gradient[feature, column] = weight[column] * (m - x) / variance`; it may be `means`.
    public static func gaussianLoss(
        means: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int, variance: Self,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_gaussian_loss(
            type, means, target, features, stride, Double(variance), weight, loss, gradient)
    }

    /// Gaussian of learned variance (paper eq. 2), `v = minimumVariance + softplus(raw)`:
    /// `loss[column] = ½ Σ over features of [ln(2π v) + (x - m)² / v]`, with the gradients of `means` and `raw` where
    /// they are wanted; they may be `means` and `raw`.
    public static func learnedGaussianLoss(
        means: UnsafePointer<Self>, raw: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int,
        stride: Int, minimumVariance: Self, weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        meanGradient: UnsafeMutablePointer<Self>?, rawGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_learned_gaussian_loss(
            type, means, raw, target, features, stride, Double(minimumVariance), weight, loss, meanGradient,
            rawGradient)
    }

    /// Each feature in its own way: where `binary` is 1 as ``bernoulliLoss(logits:target:features:stride:weight:loss:gradient:)``
    /// has it, else as ``gaussianLoss(means:target:features:stride:variance:weight:loss:gradient:)``. A target that is NaN
    /// is missing: it adds nothing to the loss, and its gradient is 0.
    ///
    /// - Parameters:
    ///   - output: logits and means, `[features, stride]`; the gradient may lie over them.
    ///   - binary: `[features]`.
    public static func mixedLoss(
        output: UnsafePointer<Self>, target: UnsafePointer<Self>, binary: UnsafePointer<UInt8>, features: Int,
        stride: Int, variance: Self, weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_mixed_loss(
            type, output, target, binary, features, stride, Double(variance), weight, loss, gradient)
    }

    /// `out[i] = x[i]`, and 0 where that is NaN.
    public static func knownValues(
        _ x: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_known_values(type, x, out, count)
    }

    /// Negative binomial of counts: with the library size `ℓ = Σ over features of x`, the mean `μ = ℓ softmax(logits)`,
    /// the dispersion `θ = exp(logDispersion)` of each feature, held within e^±20, and `p = θ / (θ + μ)`,
    /// `loss[column] = -Σ over features of [ln Γ(x + θ) - ln Γ(θ) - ln Γ(x + 1) + θ ln p + x ln(1 - p)]`.
    /// Computed in double precision, whatever this type.
    ///
    /// Gradients are given both or not at all: that of the logits, which may be `logits`, and that of the logarithms of
    /// the dispersions, `[features]`, summed over the batch in four partial sums; `scratch` then holds
    /// `4 * features` values.
    public static func negativeBinomialLoss(
        logits: UnsafePointer<Self>, logDispersion: UnsafePointer<Self>, target: UnsafePointer<Self>,
        features: Int, sliceColumns: Int, stride: Int, weight: UnsafePointer<Self>?,
        loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?,
        scratch: UnsafeMutablePointer<Double>?, dispersionGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_negative_binomial_loss(
            type, logits, logDispersion, target, features, sliceColumns, stride, weight, loss, gradient,
            scratch, dispersionGradient)
    }

    /// Zero-inflated negative binomial: with probability `π = σ(zeroLogits)` a count is 0, else it is one of
    /// ``negativeBinomialLoss(logits:logDispersion:target:features:sliceColumns:stride:weight:loss:gradient:scratch:dispersionGradient:)``.
    /// The gradient of `zeroLogits`, which may be `zeroLogits`, is given with the others or not at all.
    public static func inflatedNegativeBinomialLoss(
        logits: UnsafePointer<Self>, zeroLogits: UnsafePointer<Self>, logDispersion: UnsafePointer<Self>,
        target: UnsafePointer<Self>, features: Int, sliceColumns: Int, stride: Int,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        gradient: UnsafeMutablePointer<Self>?, zeroGradient: UnsafeMutablePointer<Self>?,
        scratch: UnsafeMutablePointer<Double>?, dispersionGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_inflated_negative_binomial_loss(
            type, logits, zeroLogits, logDispersion, target, features, sliceColumns, stride, weight, loss,
            gradient, zeroGradient, scratch, dispersionGradient)
    }

    /// `out = ln(1 + x)` of counts `[rows, stride]`; normalised, of counts that are divided by the mean of their column.
    public static func logCounts(
        _ x: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, rows: Int, stride: Int,
        normalised: Bool
    ) {
        kernels_log_counts(type, x, out, rows, stride, normalised ? 1 : 0)
    }
}
