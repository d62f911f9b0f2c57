import Configuration
import Datasets

extension Dataset {
    /// Requires every input to be a value that a likelihood is defined for.
    /// - Throws: `DatasetError` naming the file, the row and the value of the first that is not.
    func validate(for likelihood: Configuration.Likelihood) throws {
        switch likelihood {
        case .bernoulli: try validateUnitInterval()
        case .gaussian, .gaussianLearned: try validateFinite()
        case .negativeBinomial: try validateCounts()
        }
    }
}
