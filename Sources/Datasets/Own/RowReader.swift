/// Values of samples in a file of the user's, row after row.
protocol RowReader {
    /// Number of rows.
    var count: Int { get }
    /// Hands all rows to `body` in order, at most `step` at a time, row-major `[rows, features]`.
    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws
}

extension RowReader {
    /// Whether all bytes are 0 or 1. Other files are known from their first rows.
    func holdsTruthValues() throws -> Bool {
        do {
            try forEachBlock(of: 64) { values in
                if case .bytes(let bytes) = values, bytes.allSatisfy({ $0 <= 1 }) { return }
                throw OtherValues()
            }
            return true
        } catch is OtherValues {
            return false
        }
    }
}

/// Something was met that is no truth value.
private struct OtherValues: Error {}

/// Samples of a file of the user's: in splits where the file has them, else one pool, divided within each class.
struct RowsSource: SampleSource {
    private let rows: any RowReader
    private let ids: SampleIDs?
    private let labels: [Int32]?
    private let splits: [Split]?
    let schema: SampleSchema
    let notices: [String]

    /// - Parameters:
    ///   - rows: what reads the values.
    ///   - schema: what they have in common, but for ids and labels.
    ///   - ids: names of the samples; `nil` for their row numbers.
    ///   - labels: a label each, with the names of the classes.
    ///   - splits: the split of each sample; `nil` where they are to be divided.
    ///   - notices: what the user should know.
    /// - Throws: ``DatasetError`` where ids or labels are not as many as there are rows.
    init(
        _ rows: any RowReader, schema: SampleSchema, ids: [String]?, labels: EncodedLabels?,
        splits: [Split]? = nil, notices: [String] = []
    ) throws(DatasetError) {
        for (what, count) in [("ids", ids?.count), ("labels", labels?.labels.count)] {
            if let count, count != rows.count {
                throw DatasetError(
                    schema.source, "there are \(count) \(what) for \(rows.count) samples",
                    advice: "they do not belong together")
            }
        }
        self.rows = rows
        self.ids = ids.map { .texts($0) }
        self.labels = labels?.labels
        self.splits = splits
        self.notices = notices
        var schema = schema
        schema.identity = ids.map { .texts($0) } ?? .numbers
        schema.isLabelled = labels != nil
        schema.classNames = labels?.names ?? []
        self.schema = schema
    }

    var division: SampleDivision {
        splits.map { .given($0) } ?? .pool(count: rows.count, strata: labels)
    }

    func deliver(to sink: (SampleBlock) throws -> Void) throws {
        var first = 0
        try rows.forEachBlock(of: SampleBlock.rows(of: schema)) { values in
            let elements =
                switch values {
                case .bytes(let bytes): bytes.count
                case .floats(let floats): floats.count
                }
            let range = first..<first + elements / schema.features
            guard range.upperBound <= rows.count else {
                throw DatasetError(schema.source, "it changed while it was read", advice: "prepare it again")
            }
            try sink(
                SampleBlock(
                    values, ids: ids?.rows(range) ?? .numbers(Array(range)),
                    labels: labels.map { Array($0[range]) } ?? []))
            first = range.upperBound
        }
    }
}
