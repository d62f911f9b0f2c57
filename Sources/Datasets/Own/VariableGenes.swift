import Foundation

/// How much each gene varies beyond what genes of its mean do: the normalised dispersion of Satija et al. (2015), as scanpy's
/// `highly_variable_genes(flavor="seurat")` has it.
struct VariableGenes {
    /// `[features]`; NaN of genes that do not vary.
    let dispersions: [Double]

    /// A cell's counts are brought to this sum.
    private static let total = 1e4
    /// Genes are compared with those of about their mean: so many equal parts of the range of ln(1 + mean).
    private static let bins = 20

    /// Reads all rows once.
    ///
    /// - Parameter isCounts: otherwise values are taken as ln(1 + normalised counts).
    init(of rows: any RowReader, features: Int, isCounts: Bool) throws {
        var sums = [Double](repeating: 0, count: features)
        var squares = sums
        func take<Value>(_ values: [Value], _ number: (Value) -> Double) {
            for start in stride(from: 0, to: values.count, by: features) {
                let row = values[start..<start + features]
                let total = isCounts ? row.reduce(0) { $0 + number($1) } : 0
                for (feature, value) in row.enumerated() {
                    let stored = number(value)
                    if stored == 0 { continue }
                    let normalised = isCounts ? stored * Self.total / total : expm1(stored)
                    sums[feature] += normalised
                    squares[feature] += normalised * normalised
                }
            }
        }
        try rows.forEachBlock(of: max(1, (1 << 20) / features)) { values in
            switch values {
            case .bytes(let bytes): take(bytes) { Double($0) }
            case .floats(let floats): take(floats) { Double($0) }
            }
        }
        let count = Double(max(2, rows.count))
        let means = sums.map { $0 / count }
        let logarithms = zip(means, squares).map { mean, square in
            let variance = max(0, square / count - mean * mean) * count / (count - 1)
            return variance > 0 ? log(variance / max(mean, 1e-12)) : .nan
        }
        dispersions = Self.normalised(logarithms, by: means.map { log1p($0) })
    }

    /// Distances from the mean of a part in its standard deviations.
    private static func normalised(_ values: [Double], by places: [Double]) -> [Double] {
        let (low, high) = (places.min() ?? 0, places.max() ?? 0)
        let part = places.map { place in
            // Parts have their upper ends, the first its lower one too.
            min(
                bins - 1,
                max(
                    0,
                    Int(((place - low) / max(.leastNormalMagnitude, high - low) * Double(bins)).rounded(.up))
                        - 1))
        }
        var members = [[Double]](repeating: [], count: bins)
        for (value, part) in zip(values, part) where !value.isNaN { members[part].append(value) }
        let statistics = members.map { members -> (mean: Double, deviation: Double) in
            guard members.count > 1 else { return (0, members.first ?? 1) }
            let mean = members.reduce(0, +) / Double(members.count)
            let squares = members.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return (mean, (squares / Double(members.count - 1)).squareRoot())
        }
        return zip(values, part).map { ($0 - statistics[$1].mean) / statistics[$1].deviation }
    }

    /// The genes that vary most, in the order of the file.
    /// - Throws: ``DatasetError`` where fewer vary.
    func chosen(_ wanted: Int, place: String) throws(DatasetError) -> [Int] {
        let varying = dispersions.indices.filter { dispersions[$0].isFinite }
        guard wanted <= varying.count else {
            throw DatasetError(
                place, "\(varying.count) of its \(dispersions.count) genes vary, \(wanted) are wanted",
                advice: "ask for fewer with --variable-genes, or leave it out")
        }
        return varying.sorted { (dispersions[$1], $0) < (dispersions[$0], $1) }.prefix(wanted).sorted()
    }
}
