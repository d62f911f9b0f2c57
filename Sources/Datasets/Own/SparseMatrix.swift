import Bounds
import Store

/// A sparse matrix in memory, row after row: what is stored by columns, or in no order, has to be sorted.
struct SparseMatrix: RowReader {
    /// Where each row begins in the other two, `[count + 1]`.
    private let starts: [Int]
    private let columns: [Int32]
    private let values: [Float]
    let features: Int

    var count: Int { starts.count - 1 }
    /// Whether all values are whole numbers from 0.
    var holdsCounts: Bool { values.allSatisfy { $0 >= 0 && $0.isFinite && $0.rounded() == $0 } }

    /// Sorts entries by rows, keeping their order within a row.
    /// - Parameters:
    ///   - shape: rows and columns.
    ///   - place: what the entries are, for errors.
    /// - Throws: ``DatasetError`` where an entry lies outside of the matrix, or the parts differ in length.
    init(shape: [Int], rows: [Int], columns: [Int], values: [Float], place: String) throws(DatasetError) {
        // A matrix of nothing has no size that the file would explain.
        let extents = 0...Bounds.rows(MemoryLayout<Float>.stride * values.count)
        guard shape.count == 2, shape.allSatisfy(extents.contains), shape[1] > 0, rows.count == values.count,
            columns.count == values.count
        else {
            throw DatasetError(
                place,
                "its shape is \(shape), there are \(rows.count) rows, \(columns.count) columns and \(values.count) values",
                advice: "the file is damaged")
        }
        var starts = [Int](repeating: 0, count: shape[0] + 1)
        for (row, column) in zip(rows, columns) {
            guard (0..<shape[0]).contains(row), (0..<shape[1]).contains(column) else {
                throw DatasetError(
                    place, "it has a value in row \(row), column \(column) of \(shape)",
                    advice: "the file is damaged")
            }
            starts[row + 1] += 1
        }
        for row in 0..<shape[0] { starts[row + 1] += starts[row] }
        var next = starts
        var sortedColumns = [Int32](repeating: 0, count: values.count)
        var sortedValues = [Float](repeating: 0, count: values.count)
        for index in values.indices {
            let target = next[rows[index]]
            next[rows[index]] += 1
            sortedColumns[target] = Int32(columns[index])
            sortedValues[target] = values[index]
        }
        self.starts = starts
        self.columns = sortedColumns
        self.values = sortedValues
        features = shape[1]
    }

    /// From compressed rows or columns.
    /// - Parameters:
    ///   - starts: where each row or column begins in the other two.
    ///   - isByRows: which of the two it is.
    /// - Throws: as ``init(shape:rows:columns:values:place:)``.
    init(
        shape: [Int], starts: [Int], indices: [Int], values: [Float], isByRows: Bool, place: String
    ) throws(DatasetError) {
        guard shape.count == 2, starts.count - 1 == shape[isByRows ? 0 : 1], starts.first == 0,
            starts.last == indices.count, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw DatasetError(
                place, "its shape is \(shape), there are \(starts.count) starts and \(indices.count) indices",
                advice: "the file is damaged")
        }
        let outer = zip(starts, starts.dropFirst()).enumerated().flatMap { index, range in
            Array(repeating: index, count: range.1 - range.0)
        }
        try self.init(
            shape: shape, rows: isByRows ? outer : indices, columns: isByRows ? indices : outer,
            values: values,
            place: place)
    }

    /// A matrix by columns in an HDF5 group, as AnnData writes it.
    /// - Throws: as ``init(shape:rows:columns:values:place:)``, `StoreError` where a part is missing.
    init(columnsOf group: HDF5Group) throws {
        let values = try group.dataset("data")
        try self.init(
            shape: group.attributeList("shape", as: Int.self),
            starts: group.dataset("indptr").read(),
            indices: group.dataset("indices").read(),
            values: values.readRounded(rows: 0..<values.rows), isByRows: false,
            place: "\(group.path) in \(group.file.path)")
    }

    /// A matrix that `scipy.sparse.save_npz` wrote; nil where the arrays are others.
    /// - Parameter open: opens an array of the file.
    /// - Throws: as ``init(shape:rows:columns:values:place:)``, and where it has another form.
    init?(archive path: String, _ names: [String], _ open: (String) throws -> NumpyFile) throws {
        guard Set(["format", "shape", "data"]).isSubset(of: names) else { return nil }
        let format = try open("format").elementsAsTexts().first ?? ""
        func numbers(_ name: String) throws -> [Int] { try open(name).texts().compactMap { Int($0) } }
        func values() throws -> [Float] {
            let file = try open("data")
            let rows = try NumpyRows(file, isColumn: true)
            var values: [Float] = []
            try rows.forEachBlock(of: 1 << 18) {
                switch $0 {
                case .bytes(let bytes): values += bytes.map(Float.init)
                case .floats(let floats): values += floats
                }
            }
            return values
        }
        let shape = try numbers("shape")
        switch format {
        case "csr", "csc":
            try self.init(
                shape: shape, starts: numbers("indptr"), indices: numbers("indices"), values: values(),
                isByRows: format == "csr", place: path)
        case "coo":
            try self.init(
                shape: shape, rows: numbers("row"), columns: numbers("col"), values: values(), place: path)
        default:
            throw DatasetError(
                path, "it holds a sparse matrix of the form '\(format)'",
                advice: "save it by rows: scipy.sparse.save_npz(file, matrix.tocsr())")
        }
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: step) {
            let rows = start..<min(start + step, count)
            var dense = [Float](repeating: 0, count: rows.count * features)
            for row in rows {
                // What stands there twice is added up, as scipy does.
                for index in starts[row]..<starts[row + 1] {
                    dense[(row - start) * features + Int(columns[index])] += values[index]
                }
            }
            try body(.floats(dense))
        }
    }
}
