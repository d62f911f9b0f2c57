// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func gaussianLoss(
        means: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int, variance: Self,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_gaussian_loss_float(means, target, features, stride, variance, weight, loss, gradient)
    }

    public static func learnedGaussianLoss(
        means: UnsafePointer<Self>, raw: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int,
        stride: Int, minimumVariance: Self, weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        meanGradient: UnsafeMutablePointer<Self>?, rawGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_learned_gaussian_loss_float(
            means, raw, target, features, stride, minimumVariance, weight, loss, meanGradient, rawGradient)
    }

    public static func negativeBinomialLoss(
        logits: UnsafePointer<Self>, logDispersion: UnsafePointer<Self>, target: UnsafePointer<Self>,
        features: Int, sliceColumns: Int, stride: Int, weight: UnsafePointer<Self>?,
        loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?,
        scratch: UnsafeMutablePointer<Double>?, dispersionGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_negative_binomial_loss_float(
            logits, logDispersion, target, features, sliceColumns, stride, weight, loss, gradient, scratch,
            dispersionGradient)
    }

    public static func logCounts(
        _ x: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_log_counts_float(x, out, count)
    }
}

extension Double {
    public static func gaussianLoss(
        means: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int, variance: Self,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_gaussian_loss_double(means, target, features, stride, variance, weight, loss, gradient)
    }

    public static func learnedGaussianLoss(
        means: UnsafePointer<Self>, raw: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int,
        stride: Int, minimumVariance: Self, weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>,
        meanGradient: UnsafeMutablePointer<Self>?, rawGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_learned_gaussian_loss_double(
            means, raw, target, features, stride, minimumVariance, weight, loss, meanGradient, rawGradient)
    }

    public static func negativeBinomialLoss(
        logits: UnsafePointer<Self>, logDispersion: UnsafePointer<Self>, target: UnsafePointer<Self>,
        features: Int, sliceColumns: Int, stride: Int, weight: UnsafePointer<Self>?,
        loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?,
        scratch: UnsafeMutablePointer<Double>?, dispersionGradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_negative_binomial_loss_double(
            logits, logDispersion, target, features, sliceColumns, stride, weight, loss, gradient, scratch,
            dispersionGradient)
    }

    public static func logCounts(
        _ x: UnsafePointer<Self>, into out: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_log_counts_double(x, out, count)
    }
}
