import Spelling

/// What a model, or another split, says of its features: other data are read as these.
public struct FeatureExpectation: Sendable {
    /// Names of the features; empty where they have none.
    public let names: [String]
    /// How they are standardised, if they are.
    public let standardisation: Standardisation?
    /// So many of the last are covariates, such as one for each batch of cells.
    public let covariates: Int
    /// Who expects them, for messages: "the model".
    public let owner: String

    /// Features of a model or a split.
    public init(names: [String], standardisation: Standardisation?, covariates: Int = 0, owner: String) {
        self.names = names
        self.covariates = covariates
        self.standardisation = standardisation
        self.owner = owner
    }
}

/// How rows of a file become rows of features: which columns, in what order, standardised or not.
struct FeatureMap: Sendable, Equatable {
    /// Columns of the file.
    let width: Int
    /// The column of each feature, `[features]`, -1 for a covariate of which no sample of the file has any; nil where
    /// they are all columns in the order of the file.
    let columns: [Int]?
    /// Names of the features; nil where they are those of the file.
    let names: [String]?
    /// So many of the last features are covariates.
    let covariates: Int
    /// How values are standardised, `[features]`, if they are.
    let standardisation: Standardisation?

    /// Features of a row.
    var features: Int { columns?.count ?? width }
    /// Whether rows stay as they are.
    var isIdentity: Bool { columns == nil && standardisation == nil }

    /// The features as their file has them.
    init(width: Int, standardisation: Standardisation?) {
        self.width = width
        (columns, names, covariates) = (nil, nil, 0)
        self.standardisation = standardisation
    }

    /// The features that are expected, found by their names; in the order of the file where one side has no names.
    ///
    /// - Parameter covariates: so many of the last columns are covariates. What the file has beyond those expected is
    ///   refused; what it lacks is 0.
    /// - Throws: ``DatasetError`` naming the first that is not there, or is there twice.
    init(_ expected: FeatureExpectation, names: [String], covariates: Int = 0, width: Int, place: String)
        throws(DatasetError)
    {
        self.width = width
        standardisation = expected.standardisation
        self.covariates = expected.covariates
        let known = expected.names.suffix(expected.covariates)
        if let unknown = names.suffix(covariates).first(where: { !known.contains($0) }) {
            throw DatasetError(
                place, "\(expected.owner) does not know the batch '\(unknown)'",
                advice: known.isEmpty
                    ? "it was trained without batches: prepare the data without --batch"
                    : "it knows \(known.joined(separator: ", "))")
        }
        guard covariates > 0 || expected.covariates == 0 else {
            throw DatasetError(
                place,
                "\(expected.owner) wants to know the batch of each sample: \(known.joined(separator: ", "))",
                advice: "prepare the data with --batch")
        }
        if expected.names == names || expected.names.isEmpty || names.isEmpty {
            (columns, self.names) = (nil, nil)
            return
        }
        var columnOfName: [String: Int] = [:]
        var repeated: Set<String> = []
        for (column, name) in names.enumerated() where columnOfName.updateValue(column, forKey: name) != nil {
            repeated.insert(name)
        }
        self.names = expected.names
        columns = try expected.names.map { (name) throws(DatasetError) in
            guard let column = columnOfName[name] else {
                if known.contains(name) { return -1 }
                throw DatasetError(
                    place, "there is no feature '\(name)', which \(expected.owner) has",
                    advice: "features are found by their names"
                        + (names.nearest(to: name).map { "; the nearest is '\($0)'" } ?? ""))
            }
            guard !repeated.contains(name) else {
                throw DatasetError(
                    place,
                    "several features are called '\(name)', and their order is another than \(expected.owner)'s",
                    advice: "give them different names, or bring them into the same order")
            }
            return column
        }
    }

    /// Makes features of rows, `[rows, width]` to `[rows, features]`.
    func apply<Element: SampleElement>(
        _ rows: UnsafePointer<Element>, count: Int, into target: UnsafeMutablePointer<Element>
    ) {
        for row in 0..<count {
            let source = rows + row * width
            let values = target + row * features
            for feature in 0..<features {
                let column = columns?[feature] ?? feature
                let value: Element = column < 0 ? 0 : source[column]
                values[feature] =
                    standardisation.map {
                        value.standardised(mean: $0.means[feature], deviation: $0.deviations[feature])
                    } ?? value
            }
        }
    }
}
