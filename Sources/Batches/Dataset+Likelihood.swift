import Configuration
import Datasets

extension Dataset {
    /// Requires every input to be a value that a model can be trained on.
    /// - Throws: as ``validate(for:)-(Configuration.Likelihood)`` does.
    package func validate(for model: Configuration.Model) throws {
        // A squared error asks for what a Gaussian asks for.
        try validate(for: model.kind == .deepect ? .gaussian : model.likelihood)
        if model.likelihood == .mixed {
            guard model.binary.allSatisfy({ $0 < features - covariates }) else {
                throw DatasetError(
                    name,
                    "model.binary names feature \(model.binary.max() ?? 0), there are \(features - covariates)"
                )
            }
            try validateUnitInterval(of: model.binary)
        }
        guard mayMiss == model.mayMiss || !mayMiss else {
            throw DatasetError(
                name, "values may be missing here",
                advice: "set model.may_miss to true, or prepare it with --impute mean"
            )
        }
        guard covariates == model.covariates else {
            throw DatasetError(
                name,
                "the last \(covariates) of its features are covariates, model.covariates is \(model.covariates)",
                advice: covariates == 0 ? "prepare it with --batch" : "set model.covariates to \(covariates)")
        }
    }

    /// Requires every input to be a value that a likelihood is defined for.
    /// - Throws: `DatasetError` naming the file, the row and the value of the first that is not, and what is allowed.
    package func validate(for likelihood: Configuration.Likelihood) throws {
        do {
            switch likelihood {
            case .bernoulli: try validateUnitInterval()
            case .gaussian, .gaussianLearned, .mixed: try validateMagnitude()
            case .negativeBinomial, .zeroInflatedNegativeBinomial: try validateCounts()
            }
        } catch let error as DatasetError {
            throw DatasetError(
                error.place, error.problem,
                advice:
                    "model.likelihood \(likelihood.rawValue) takes \(likelihood.domain): rescale the data, or set the "
                    + "attribute 'scale' or another likelihood")
        }
    }
}

extension Configuration.Likelihood {
    /// The values it is defined for.
    fileprivate var domain: String {
        switch self {
        case .bernoulli: "values in [0, 1]"
        case .gaussian, .gaussianLearned, .mixed: "numbers of a magnitude below 1e15"
        case .negativeBinomial, .zeroInflatedNegativeBinomial: "whole numbers from 0 on"
        }
    }
}
