import Spelling

/// The names of a table's columns, and where its rows begin.
struct TableHeader {
    /// Names of the columns, `[columns]`.
    let names: [String]
    /// Records before the first row: comments and the header.
    private let records: Int

    /// Reads the first records.
    /// - Throws: ``DatasetError`` where there are none, or where numbers stand in the place of names.
    init(_ reader: DelimitedReader, _ dialect: TableDialect) throws {
        var records = 0
        var comment: [String] = []
        repeat {
            guard try reader.next() else { throw DatasetError(reader.path, "it is empty") }
            records += 1
            guard reader.beginsAsComment else { break }
            comment = try (0..<reader.fieldCount).map { try reader.text($0) }
        } while true
        let fields = try (0..<reader.fieldCount).map { try reader.text($0) }
        let decimal = Character(UnicodeScalar(dialect.decimal))
        let numbers = fields.count { Double($0.replacing(String(decimal), with: ".")) != nil }
        // As numpy.savetxt writes a header.
        if dialect.hasHeader != false, fields.count > 1, comment.count == fields.count, numbers > 0 {
            comment[0] = String(comment[0].drop { $0 == "#" || $0 == " " })
            names = comment
            self.records = records - 1
            return
        }
        switch dialect.hasHeader {
        case false?:
            names = fields.indices.map { "column_\($0 + 1)" }
            self.records = records - 1
        case nil where numbers == fields.count:
            throw DatasetError(
                reader.path, "its first line holds numbers, not the names of columns",
                advice: "add a header, or say --no-header")
        case true?, nil:
            names = fields
            self.records = records
        }
    }

    /// A reader that has the rows before it.
    func open(_ path: String, _ dialect: TableDialect) throws -> DelimitedReader {
        let reader = try DelimitedReader(path, separator: dialect.separator)
        for _ in 0..<records { _ = try reader.next() }
        return reader
    }

    /// Goes on to the next row; returns whether there was one.
    /// - Throws: ``DatasetError`` where it has another number of fields than the header.
    func next(_ reader: DelimitedReader) throws -> Bool {
        repeat {
            guard try reader.next() else { return false }
        } while reader.beginsAsComment && reader.fieldCount != names.count
        guard reader.fieldCount == names.count else {
            throw DatasetError(
                reader.path,
                "line \(reader.line) has \(reader.fieldCount) fields, the header has \(names.count)",
                advice: reader.fieldCount == names.count + 1
                    ? "R leaves the name of its rows' names out: write it with col.names = NA" : nil)
        }
        return true
    }

    /// The place of a column.
    /// - Throws: ``DatasetError`` with the nearest one where it is not there, or there twice.
    func column(_ name: String, in path: String) throws(DatasetError) -> Int {
        let found = names.indices.filter { names[$0] == name }
        if found.count > 1 { throw DatasetError(path, "\(found.count) columns are called '\(name)'") }
        guard let column = found.first else {
            throw DatasetError(
                path, "there is no column '\(name)'",
                // The name stands in the one field that there is, between other characters.
                advice: names.count == 1 && names[0].contains(name) && names[0] != name
                    ? "its first line, '\(names[0].prefix(40))', is one field: say with --separator what separates its fields"
                    : names.nearest(to: name).map { "the nearest is '\($0)'" })
        }
        return column
    }

    /// The places of columns, of which several may stand in one text with commas between them.
    func columns(_ texts: [String], in path: String) throws(DatasetError) -> Set<Int> {
        var places: Set<Int> = []
        for text in texts {
            let parts = names.contains(text) ? [text] : text.split(separator: ",").map(String.init)
            for part in parts { places.insert(try column(part, in: path)) }
        }
        return places
    }

    /// What errors call a column.
    func name(_ column: Int) -> String { names[column].isEmpty ? "number \(column + 1)" : names[column] }

    /// Refuses numbers of rows in the place of a feature: pandas, R and spreadsheets write them in front, without a name
    /// or with one of theirs.
    func requireNoIndex(_ column: ColumnStatistics, in path: String) throws(DatasetError) {
        let name = names[0]
        let isUnnamed = name.isEmpty || name.hasPrefix("Unnamed:") || name == "...1"
        let isNamed = ["index", "rownames", "row.names", "row", "row_number", "X", "#"].contains(name)
        guard (isUnnamed && column.isAscendingWhole) || ((isUnnamed || isNamed) && column.isCounting) else {
            return
        }
        throw DatasetError(
            path, "its first column, '\(name)', numbers the rows and is no feature",
            advice:
                "take it as ids with --id '\(name)', leave it out with --drop '\(name)', or write the table without it "
                + "(pandas: index=False)")
    }
}
