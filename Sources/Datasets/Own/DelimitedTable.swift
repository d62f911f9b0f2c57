import Glibc
import Spelling

/// A table of numbers with a header, comma- or tab-separated: a row for each sample, a column for each feature,
/// and perhaps one of labels and one of ids.
///
/// A first pass checks every line, counts, collects labels and ids, and what missing values become.
struct DelimitedTable: RowReader {
    private let path: String
    private let separator: Character
    private let columns: [String]
    /// The columns of features.
    private let features: [Int]
    /// What a missing value of each feature becomes, `[features]`; `nil` where there is to be none.
    private let replacements: [Float]?
    private(set) var count = 0
    /// Labels, where a column was named.
    let labels: EncodedLabels?
    /// Ids, where a column was named.
    let ids: [String]?

    /// Names of the features.
    var featureNames: [String] { features.map { columns[$0] } }

    /// Reads the table once.
    /// - Throws: ``DatasetError`` naming the line and the column of what is ragged, missing or no number, or
    ///   the nearest column where one does not exist; `ArchiveError` where the file cannot be read.
    init(
        _ path: String, separator: Character, options: SourceOptions,
        progress: PreparationProgress.Handler
    ) throws {
        self.path = path
        self.separator = separator
        let reader = try DelimitedReader(path, separator: separator)
        columns = try Self.header(reader)
        let labelColumn = try Self.column(options.label, of: columns, in: path)
        let idColumn = try Self.column(options.id, of: columns, in: path)
        features = columns.indices.filter { $0 != labelColumn && $0 != idColumn }
        guard !features.isEmpty else {
            throw DatasetError(path, "no columns are left to be features: \(columns.count) in all")
        }

        var encoder = LabelEncoder(place: "column '\(options.label ?? "")' of \(path)")
        var ids: [String] = []
        var seen: Set<String> = []
        var missing = MissingValues(features: features.count, imputation: options.impute)
        while try reader.next() {
            try Self.requireWidth(reader, columns.count)
            for (feature, column) in features.enumerated() {
                let value = try Self.number(reader, column, columns, isRequired: options.impute == nil)
                missing.add(value, to: feature)
            }
            if let labelColumn { try encoder.append(Self.key(reader, labelColumn, columns)) }
            if let idColumn {
                let id = try Self.key(reader, idColumn, columns)
                guard seen.insert(id).inserted else {
                    throw DatasetError(path, "line \(reader.line): the id '\(id)' is there a second time")
                }
                ids.append(id)
            }
            count += 1
            if count % 1024 == 0 {
                progress(PreparationProgress("reading", done: count, of: 0, unit: "lines"))
            }
        }
        guard count > 0 else { throw DatasetError(path, "it has a header, but no rows") }
        labels = labelColumn == nil ? nil : encoder.encoded
        self.ids = idColumn == nil ? nil : ids
        replacements = try missing.replacements(features: features.count) { [columns, features] in
            "column '\(Self.name(columns, features[$0]))' of \(path)"
        }
    }

    private static func header(_ reader: DelimitedReader) throws -> [String] {
        guard try reader.next() else { throw DatasetError(reader.path, "it is empty") }
        let columns = try (0..<reader.fieldCount).map { try reader.text($0) }
        if columns.allSatisfy({ Double($0) != nil }) {
            throw DatasetError(
                reader.path, "its first line holds numbers, not the names of columns", advice: "add a header")
        }
        return columns
    }

    private static func column(_ name: String?, of columns: [String], in path: String) throws -> Int? {
        guard let name else { return nil }
        let found = columns.indices.filter { columns[$0] == name }
        if found.count > 1 { throw DatasetError(path, "\(found.count) columns are called '\(name)'") }
        guard let column = found.first else {
            throw DatasetError(
                path, "there is no column '\(name)'",
                advice: columns.nearest(to: name).map { "the nearest is '\($0)'" })
        }
        return column
    }

    private static func requireWidth(_ reader: DelimitedReader, _ width: Int) throws(DatasetError) {
        guard reader.fieldCount == width else {
            throw DatasetError(
                reader.path, "line \(reader.line) has \(reader.fieldCount) fields, the header has \(width)")
        }
    }

    private static func name(_ columns: [String], _ column: Int) -> String {
        columns[column].isEmpty ? "number \(column + 1)" : columns[column]
    }

    /// A label or an id.
    private static func key(
        _ reader: DelimitedReader, _ column: Int, _ columns: [String]
    ) throws(DatasetError) -> String {
        let text = try reader.text(column)
        guard !text.isEmpty else {
            throw DatasetError(
                reader.path, "line \(reader.line) has nothing in column '\(name(columns, column))'")
        }
        return text
    }

    /// What stands for a value that is not known.
    private static let missingTexts: Set<String> = [
        "NA", "N/A", "NaN", "nan", "NAN", "null", "NULL", "None", "?",
    ]

    /// A number; NaN where it is missing.
    private static func number(
        _ reader: DelimitedReader, _ column: Int, _ columns: [String], isRequired: Bool
    ) throws(DatasetError) -> Float {
        let range = reader.range(column)
        let value: Float? = reader.bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress! + range.lowerBound
            guard let first = bytes[range].first(where: { $0 != 0x20 }),
                // Neither hexadecimal nor a word, both of which strtod would take.
                first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
                !bytes[range].contains(where: {
                    $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "n")
                })
            else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start.assumingMemoryBound(to: CChar.self), &end)
            guard let end else { return nil }
            let rest = UnsafeRawPointer(end) - bytes.baseAddress!
            return bytes[rest..<range.upperBound].allSatisfy { $0 == 0x20 } ? Float(value) : nil
        }
        if let value, value.isFinite { return value }
        let text = try reader.text(column)
        let place = "line \(reader.line), column '\(name(columns, column))'"
        guard text.isEmpty || missingTexts.contains(text) else {
            throw DatasetError(
                reader.path, "\(place): '\(text.prefix(40))' is not a finite number",
                advice: value == nil ? "name the column with --label or --id, or remove it" : nil)
        }
        guard !isRequired else {
            throw DatasetError(
                reader.path, "\(place): the value is missing",
                advice: "mend it, or replace missing values with --impute mean, median or zero")
        }
        return .nan
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        let reader = try DelimitedReader(path, separator: separator)
        _ = try reader.next()
        var values: [Float] = []
        values.reserveCapacity(step * features.count)
        while try reader.next() {
            try Self.requireWidth(reader, columns.count)
            for (feature, column) in features.enumerated() {
                let value = try Self.number(reader, column, columns, isRequired: replacements == nil)
                values.append(value.isNaN ? replacements?[feature] ?? value : value)
            }
            if values.count == step * features.count {
                try body(.floats(values))
                values.removeAll(keepingCapacity: true)
            }
        }
        if !values.isEmpty { try body(.floats(values)) }
    }
}
