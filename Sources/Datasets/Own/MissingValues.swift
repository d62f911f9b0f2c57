/// Finds what missing values are replaced by.
///
/// A median takes all values of its column, and any column may turn out to have a missing one. So all values are kept
/// from the start, 4 bytes each. Means and zeros take no room.
struct MissingValues {
    private let imputation: SourceOptions.Imputation?
    private var sums: [Double]
    private var counts: [Int]
    private var values: [[Float]]

    /// - Parameter imputation: `nil` where nothing may be missing.
    init(features: Int, imputation: SourceOptions.Imputation?) {
        self.imputation = imputation
        sums = Array(repeating: 0, count: imputation == .mean ? features : 0)
        counts = Array(repeating: 0, count: imputation == .mean ? features : 0)
        values = Array(repeating: [], count: imputation == .median ? features : 0)
    }

    /// Takes a value of a feature; NaN where it is missing.
    mutating func add(_ value: Float, to feature: Int) {
        if value.isNaN { return }
        switch imputation {
        case .mean:
            sums[feature] += Double(value)
            counts[feature] += 1
        case .median: values[feature].append(value)
        case .zero, .mask, nil: break
        }
    }

    /// What a missing value of each feature becomes, `[features]`.
    /// - Parameter place: names the column of a feature; nil where its values are no numbers.
    /// - Throws: ``DatasetError`` for a column without any value.
    func replacements(features: Int, place: (Int) -> String?) throws(DatasetError) -> [Float]? {
        guard let imputation else { return nil }
        var result = [Float](repeating: imputation == .mask ? .nan : 0, count: features)
        for feature in 0..<features where imputation == .mean || imputation == .median {
            guard let place = place(feature) else { continue }
            let sorted = imputation == .median ? values[feature].sorted() : []
            guard imputation == .mean ? counts[feature] > 0 : !sorted.isEmpty else {
                throw DatasetError(
                    place, "it has no values", advice: "remove it, or use --impute zero")
            }
            result[feature] =
                imputation == .mean
                ? Float(sums[feature] / Double(counts[feature]))
                : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        return result
    }
}
