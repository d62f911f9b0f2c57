import Spelling

/// Rows of text in aligned columns, two spaces apart.
package struct TextTable {
    /// Which side of a column its texts stand at.
    package enum Alignment {
        case left
        case right
    }

    private let columns: [Alignment]
    private var rows: [[String]] = []

    /// A table without rows; every row has one text for each of `columns`.
    package init(_ columns: [Alignment]) {
        self.columns = columns
    }

    /// Appends a row; control characters in it are written out.
    package mutating func append(_ row: [String]) {
        precondition(row.count == columns.count, "a row of \(row.count) texts in \(columns.count) columns")
        rows.append(row.map(\.printable))
    }

    /// The rows, one a line, without a final newline.
    package var text: String {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column] == .left ? row[column] + space : space + row[column]
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
