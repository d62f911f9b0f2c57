/// One value for each sample, from a CSV file with the columns `sample` and another; further columns are ignored.
public struct SampleColumn: Sendable {
    /// The value of one sample.
    public struct Entry: Sendable, Equatable {
        /// Name of the sample.
        public let sample: String
        /// Its value.
        public let value: String
        /// Line of the file on which it stands, the first being 1.
        public let line: Int
    }

    /// What stands for a value that is not known.
    private static let missing: Set<String> = [
        "", "na", "n/a", "nan", "null", "none", "?", "<na>", "#n/a", "missing",
    ]

    /// Path as given.
    public let file: String
    /// Entries in the order of the file; no sample twice.
    public let entries: [Entry]

    /// Reads the file at `path`, with the values in the column named `column`.
    ///
    /// - Throws: ``AssignmentError`` if the file cannot be read, is not UTF-8 or CSV, lacks a column, has no
    ///   samples or has one twice.
    public init(contentsOf path: String, column: String) throws(AssignmentError) {
        try self.init(try textFile(path), file: path, column: column)
    }

    /// Reads `text`, which came from `file`.
    ///
    /// - Throws: ``AssignmentError``, as above.
    public init(_ text: String, file: String, column: String) throws(AssignmentError) {
        let table = try CSVTable(text, file: file)
        guard let key = table.header.firstIndex(of: "sample"),
            let value = table.header.firstIndex(of: column)
        else {
            throw AssignmentError(
                file: file, line: 1,
                reason: "expected a header with the columns \"sample\" and \"\(column)\", "
                    + "found \"\(table.header.joined(separator: ","))\"")
        }
        var lines: [String: Int] = [:]
        entries = try table.rows.map { row throws(AssignmentError) in
            let sample = row.fields[key]
            if let first = lines.updateValue(row.line, forKey: sample) {
                throw AssignmentError(
                    file: file, line: row.line,
                    reason: "sample \"\(sample)\" stands on line \(first) already")
            }
            guard !Self.missing.contains(row.fields[value].lowercased()) else {
                throw AssignmentError(
                    file: file, line: row.line,
                    reason:
                        "the \(column) of sample \"\(sample)\" is missing, it is \"\(row.fields[value])\": leave such "
                        + "samples out of both files")
            }
            return Entry(sample: sample, value: row.fields[value], line: row.line)
        }
        guard !entries.isEmpty else {
            throw AssignmentError(file: file, reason: "the file has a header but no samples")
        }
        self.file = file
    }
}
