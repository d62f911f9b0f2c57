import Store

/// What a model knows of the inputs that it was trained on, beside their shape.
public struct ModelInputs: Sendable, Equatable {
    /// Names of the features, `[features]`; empty where they have none, as pictures.
    public let featureNames: [String]
    /// Mean and standard deviation by which each feature was standardised, `[features]`; empty where none was.
    public let means: [Double]
    /// See ``means``.
    public let deviations: [Double]
    /// What stored values were multiplied by.
    public let scale: Double
    /// What an input of 1 is, in words: what the likelihood is measured in.
    public let unit: String

    /// All that is to be known.
    package init(
        featureNames: [String], means: [Double], deviations: [Double], scale: Double, unit: String
    ) {
        precondition(means.count == deviations.count, "a mean and a deviation for each feature")
        self.featureNames = featureNames
        self.means = means
        self.deviations = deviations
        self.scale = scale
        self.unit = unit
    }

    /// Reads them from a checkpoint; nil where it was written before they were recorded.
    init?(_ root: HDF5Group, path: String) throws {
        guard try root.hasAttribute("input_unit") else { return nil }
        func values(_ name: String) throws -> [Double] {
            try root.exists(name) ? root.dataset(name).read(as: Double.self) : []
        }
        featureNames = try root.exists("feature_names") ? root.dataset("feature_names").texts() : []
        means = try values("feature_mean")
        deviations = try values("feature_deviation")
        scale = try root.attribute("input_scale")
        unit = try root.text("input_unit")
        guard means.count == deviations.count, deviations.allSatisfy({ $0 > 0 }) else {
            throw CheckpointError(
                path, "there are \(means.count) means and \(deviations.count) deviations of features")
        }
    }

    /// Writes them into a checkpoint.
    func write(to root: HDF5Group) throws {
        try root.setAttribute("input_scale", to: scale)
        try root.setAttribute("input_unit", to: unit)
        if !featureNames.isEmpty { try root.write(texts: featureNames, to: "feature_names") }
        if !means.isEmpty {
            try root.write(means, to: "feature_mean")
            try root.write(deviations, to: "feature_deviation")
        }
    }
}
