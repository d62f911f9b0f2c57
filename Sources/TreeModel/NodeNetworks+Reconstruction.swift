import Kernels

extension NodeNetworks {
    /// The negative log-likelihood of each sample under this leaf into ``reconstruction``, and in training the gradients
    /// of what the decoder ends in, weighted with ``reconstructionWeight``.
    ///
    /// - Parameters:
    ///   - targets: the samples that reach the leaf, `[features, stride]`.
    ///   - features: values of a sample.
    func reconstructionLoss(_ targets: UnsafePointer<R>, features: Int) {
        guard let output = decoder?.output else { preconditionFailure("node \(node.id) is no leaf") }
        let stride = pass.batch.stride
        let weight = UnsafePointer(reconstructionWeight.pointer)
        let loss = reconstruction.pointer
        let gradient = pass.mode == .training ? output.gradient : nil
        switch likelihood {
        case .bernoulli:
            R.bernoulliLoss(
                logits: output.value, target: targets, features: features, stride: stride, weight: weight,
                loss: loss, gradient: gradient)
        case .gaussian(let variance):
            R.gaussianLoss(
                means: output.value, target: targets, features: features, stride: stride,
                variance: R(variance), weight: weight, loss: loss, gradient: gradient)
        case .learnedGaussian(let minimumVariance):
            // The decoder's rows are all means, then all raw variances.
            R.learnedGaussianLoss(
                means: output.value, raw: output.value + features * stride, target: targets,
                features: features, stride: stride, minimumVariance: R(minimumVariance), weight: weight,
                loss: loss, meanGradient: gradient, rawGradient: gradient.map { $0 + features * stride })
        case .negativeBinomial:
            guard let dispersion else {
                preconditionFailure("a leaf has dispersions where values are counts")
            }
            R.negativeBinomialLoss(
                logits: output.value, logDispersion: dispersion.logarithms, target: targets,
                features: features, sliceColumns: pass.batch.sliceColumns, stride: stride, weight: weight,
                loss: loss, gradient: gradient, scratch: dispersion.scratch.pointer,
                dispersionGradient: gradient == nil ? nil : dispersion.gradient)
        }
    }
}
