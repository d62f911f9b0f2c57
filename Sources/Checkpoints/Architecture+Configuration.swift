import Configuration
import Kernels
import Layers
import Networks
import TreeModel

extension Architecture {
    /// The architecture that a configuration asks for, for samples of a shape.
    public init(_ configuration: Configuration, inputShape: [Int]) {
        let model = configuration.model
        let family: Family
        switch model.family {
        case .cnn1: family = .cnn1
        case .cnnOmni: family = .cnnOmni
        case .mlp: family = .mlp
        case .cnn2: family = .cnn2
        }
        let likelihood: Likelihood
        switch model.likelihood {
        case .bernoulli: likelihood = .bernoulli
        case .gaussian: likelihood = .gaussian(variance: model.variance)
        case .gaussianLearned: likelihood = .learnedGaussian(minimumVariance: model.minimumVariance)
        case .mixed: likelihood = .mixed(variance: model.variance, binary: model.binary)
        case .negativeBinomial: likelihood = .negativeBinomial
        case .zeroInflatedNegativeBinomial: likelihood = .zeroInflatedNegativeBinomial
        }
        let initialisation: Initialisation
        switch model.initialization {
        case .glorot: initialisation = .glorot
        case .fanIn: initialisation = .fanIn
        }
        self.init(
            family: family, borders: model.borders == .tensorflow ? .tensorflow : .pytorch,
            inputShape: inputShape, latent: Array(model.latent.prefix(configuration.levels)),
            layers: Array(model.layers.prefix(configuration.levels)),
            batchNorm: BatchNormSettings(
                momentum: model.batchNorm.momentum, epsilon: model.batchNorm.epsilon,
                slope: model.activationSlope),
            likelihood: likelihood, initialisation: initialisation, pathThreshold: model.pathThreshold,
            contrastive: ContrastiveSettings(configuration))
        normalisesCounts = model.normalizeCounts
        products = configuration.products
        covariates = model.covariates
        mayMiss = model.mayMiss
    }
}

extension ContrastiveSettings {
    /// The contrastive extension that a configuration asks for; nil for none.
    package init?(_ configuration: Configuration) {
        let settings = configuration.contrastive
        guard settings.weight > 0 else { return nil }
        let combination: Combination
        switch settings.combination {
        case .published: combination = .published
        case .sum: combination = .sum
        }
        let model = configuration.model
        self.init(
            weight: settings.weight, temperature: settings.temperature,
            routerTemperature: settings.routerTemperature, combination: combination,
            hidden: settings.hidden ?? model.layers.min() ?? 1,
            projections: model.latent.prefix(configuration.levels).map { settings.projection ?? $0 })
    }
}

extension Configuration {
    /// What computes the products of wide layers; `auto` before it has been decided is our own kernels.
    fileprivate var products: ProductKernels {
        switch (precision, performance.kernels) {
        case (.mixed, _): .mixed
        case (_, .blas): .blas
        case (_, .own), (_, .auto): .own
        }
    }

    /// Levels of the bottom-up chain; a VAE has the encoder's alone.
    fileprivate var levels: Int { model.kind == .vae ? 1 : model.layers.count }
}
