import Networks
import TreeModel

extension Architecture {
    /// Why the authors' PyTorch implementation has no such model, naming the configuration keys; nil if it has.
    var referenceProblem: String? {
        let width = family == .cnn2 ? 4096 : 128
        if layers[0] != width {
            return "model.layers starts with \(layers[0]): its \(family.rawValue) has the width \(width)"
        }
        let channels = family == .cnn2 ? 3 : 1
        if family != .mlp, inputShape[0] != channels {
            return "the samples have \(inputShape[0]) channels: its \(family.rawValue) takes \(channels)"
        }
        if let contrastive, contrastive.hidden != layers.min() || contrastive.projections != latent {
            return
                "contrastive.hidden and contrastive.projection are set: its projections have the least of model.layers "
                + "and model.latent"
        }
        if covariates > 0 || mayMiss {
            return "model.covariates or model.may_miss is set: it has neither"
        }
        switch likelihood {
        case .bernoulli, .gaussian: return nil
        case .learnedGaussian, .negativeBinomial, .zeroInflatedNegativeBinomial, .mixed:
            return "model.likelihood is another than bernoulli (its 'sigmoid') and gaussian (its 'mse')"
        }
    }

    /// What makes the reference compute other numbers from the same tensors, in a line; nil if nothing does.
    var referenceDifference: String? {
        let differences = [
            batchNorm.epsilon == 1e-5
                ? nil : "model.batch_norm.epsilon is \(batchNorm.epsilon) here and 1e-05 there",
            borders == .pytorch || ![.cnnOmni, .cnn2].contains(family)
                ? nil : "model.borders is tensorflow here and pytorch there",
            batchNorm.slope == 0.3 ? nil : "model.activation_slope is \(batchNorm.slope) here and 0.3 there",
        ].compactMap(\.self)
        return differences.isEmpty
            ? nil
            : "the reference computes other numbers from these tensors: "
                + differences.joined(separator: ", ")
    }
}
