/// Comma-separated values with a header (RFC 4180): quoted fields, doubled quotes, line breaks in quotes, CRLF
/// or LF, an optional byte order mark. Blank lines are skipped.
struct CSVTable {
    /// One record.
    struct Row: Equatable {
        /// Values, as many as the header has.
        let fields: [String]
        /// Line of the file on which the record begins, the first being 1.
        let line: Int
    }

    /// Names of the columns.
    let header: [String]
    /// Records in the order of the file.
    let rows: [Row]

    /// Splits `text`, which came from `file`.
    ///
    /// - Throws: ``AssignmentError`` for a missing header, an unclosed quote, text after a closing quote or a
    ///   record of another length than the header.
    init(_ text: String, file: String) throws(AssignmentError) {
        var rows = try Self.split(text, file: file)
        guard !rows.isEmpty else { throw AssignmentError(file: file, line: 1, reason: "the file is empty") }
        header = rows.removeFirst().fields
        self.rows = rows
        for row in rows where row.fields.count != header.count {
            throw AssignmentError(
                file: file, line: row.line,
                reason: "\(row.fields.count) fields where the header has \(header.count)")
        }
    }

    private static func split(_ text: String, file: String) throws(AssignmentError) -> [Row] {
        let quote = UInt8(ascii: "\"")
        let comma = UInt8(ascii: ",")
        let newline = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }

        var rows: [Row] = []
        var fields: [String] = []
        var line = 1
        var rowLine = 1
        var position = 0

        func field() throws(AssignmentError) -> String {
            guard position < bytes.count, bytes[position] == quote else {
                let start = position
                while position < bytes.count, bytes[position] != comma, bytes[position] != newline,
                    !atLineBreak()
                { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            let quoteLine = line
            var value: [UInt8] = []
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == quote {
                    if position < bytes.count, bytes[position] == quote {
                        position += 1
                    } else {
                        guard position == bytes.count || bytes[position] == comma || atLineBreak() else {
                            throw AssignmentError(
                                file: file, line: line, reason: "text after a closing quote")
                        }
                        return String(decoding: value, as: UTF8.self)
                    }
                } else if byte == newline {
                    line += 1
                }
                value.append(byte)
            }
            throw AssignmentError(file: file, line: quoteLine, reason: "a quoted field is not closed")
        }

        func atLineBreak() -> Bool {
            bytes[position] == newline
                || (bytes[position] == carriageReturn && position + 1 < bytes.count
                    && bytes[position + 1] == newline)
                || (bytes[position] == carriageReturn && position + 1 == bytes.count)
        }

        while position < bytes.count {
            fields.append(try field())
            if position < bytes.count, bytes[position] == comma {
                position += 1
                // A comma at the very end is followed by one more, empty, field.
                if position < bytes.count { continue }
                fields.append("")
            }
            if fields != [""] { rows.append(Row(fields: fields, line: rowLine)) }
            fields = []
            if position < bytes.count, bytes[position] == carriageReturn { position += 1 }
            if position < bytes.count, bytes[position] == newline { position += 1 }
            line += 1
            rowLine = line
        }
        return rows
    }
}
