import Archives

/// Text files of fields with spaces between them.
enum TextTable {
    /// The fields of every line that has any, with its number from 1.
    /// - Throws: `ArchiveError` where the file cannot be read, or is larger than 256 MiB.
    static func lines(of path: String) throws(ArchiveError) -> [(number: Int, fields: [String])] {
        let text = try GzipFile(path: path).read(limit: 1 << 28)
        var lines: [(number: Int, fields: [String])] = []
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            if !fields.isEmpty {
                lines.append((index + 1, fields.map { String(decoding: $0, as: UTF8.self) }))
            }
        }
        return lines
    }
}
