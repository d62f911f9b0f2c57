import Checkpoints
import Datasets

extension ModelInputs {
    /// What a data set says of its samples.
    package init(_ dataset: Dataset) {
        self.init(
            featureNames: dataset.featureNames, means: dataset.standardisation?.means ?? [],
            deviations: dataset.standardisation?.deviations ?? [], scale: dataset.scale, unit: dataset.unit)
    }

    /// As what other data are read: the same features in the same order, standardised alike.
    ///
    /// - Parameter covariates: so many of the last features are covariates.
    package func expectation(covariates: Int) -> FeatureExpectation {
        FeatureExpectation(
            names: featureNames,
            standardisation: means.isEmpty ? nil : Standardisation(means: means, deviations: deviations),
            covariates: covariates, owner: "the model")
    }
}

extension CheckpointReader {
    /// The features that the model has; nil where the file was written before they were recorded.
    public var expectation: FeatureExpectation? {
        header.inputs?.expectation(covariates: header.configuration.model.covariates)
    }

    /// What the user should know before the model reads a data set that it was not trained on.
    public func notices(reading dataset: Dataset) -> [String] {
        var notices: [String] = []
        func warn(_ text: String) { notices.append("warning: \(text)") }
        if header.datasetName != dataset.name {
            warn("\(path) was trained on the data set '\(header.datasetName)', this is '\(dataset.name)'")
        }
        guard let inputs = header.inputs else {
            if !dataset.featureNames.isEmpty {
                warn("\(path) knows no names of features: their order is not checked")
            }
            return notices
        }
        if inputs.featureNames.isEmpty != dataset.featureNames.isEmpty {
            warn(
                "the features of \(inputs.featureNames.isEmpty ? path : dataset.name) have no names: their order is not "
                    + "checked")
        }
        if inputs.scale != dataset.scale || inputs.unit != dataset.unit {
            warn(
                "\(path) was trained on inputs \(Self.describe(inputs.unit, inputs.scale)), those of \(dataset.name) are "
                    + Self.describe(dataset.unit, dataset.scale))
        }
        return notices
    }

    private static func describe(_ unit: String, _ scale: Double) -> String { "\(unit) (scale \(scale))" }
}
