import Configuration
import Datasets

extension Dataset {
    /// Requires every input to be a value that a model can be trained on.
    /// - Throws: as ``validate(for:)-(Configuration.Likelihood)`` does.
    package func validate(for model: Configuration.Model) throws {
        // A squared error asks for what a Gaussian asks for.
        try validate(for: model.kind == .deepect ? .gaussian : model.likelihood)
    }

    /// Requires every input to be a value that a likelihood is defined for.
    /// - Throws: `DatasetError` naming the file, the row and the value of the first that is not, and what is allowed.
    package func validate(for likelihood: Configuration.Likelihood) throws {
        do {
            switch likelihood {
            case .bernoulli: try validateUnitInterval()
            case .gaussian, .gaussianLearned: try validateMagnitude()
            case .negativeBinomial: try validateCounts()
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
        case .gaussian, .gaussianLearned: "numbers of a magnitude below 1e15"
        case .negativeBinomial: "whole numbers from 0 on"
        }
    }
}
