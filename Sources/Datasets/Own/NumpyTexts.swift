import Files

/// A table of texts in an npy file: an array `[rows, columns]` of numpy's type `U`.
public struct NumpyTexts: Sendable, Equatable {
    /// The texts, row by row; all rows have the same length.
    public let rows: [[String]]

    /// A table.
    public init(rows: [[String]]) {
        precondition(Set(rows.map(\.count)).count <= 1, "rows of one length")
        self.rows = rows
    }

    /// Reads a table; whole numbers become texts.
    /// - Throws: ``DatasetError`` where the file holds no such table; pickled objects are not read.
    public init(_ path: String) throws {
        let file = try NumpyFile(path)
        let shape = file.header.shape
        guard shape.count == 2 else {
            throw DatasetError(
                path, "its shape is \(shape)", advice: "a table of rows and columns is expected")
        }
        let texts = try file.elementsAsTexts()
        let (row, column) = file.header.isFortranOrder ? (1, shape[0]) : (shape[1], 1)
        rows = (0..<shape[0]).map { i in (0..<shape[1]).map { j in texts[i * row + j * column] } }
    }

    /// Writes the table whole or not at all, for `numpy.load`.
    /// - Throws: `StoreError` where it cannot be written.
    public func write(to path: String) throws {
        let texts = rows.joined().map { Array($0.unicodeScalars) }
        let length = max(1, texts.map(\.count).max() ?? 0)
        var bytes = NumpyHeader.text(
            type: "<U\(length)", shape: [rows.count, rows.first?.count ?? 0])
        for text in texts {
            for index in 0..<length {
                let code = index < text.count ? text[index].value : 0
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) }
            }
        }
        try AtomicFile.write(bytes, to: path)
    }
}
