import Bounds
import Store

/// The rows of a matrix in compressed sparse row format: `indptr`, `indices` and `data` in a group, as AnnData
/// writes it. <https://anndata.readthedocs.io/en/stable/fileformat-prose.html>
struct CompressedRows: RowReader {
    private let place: String
    /// Where each row begins in the other two, `[count + 1]`.
    private let starts: [Int]
    private let columns: HDF5Dataset
    /// The values that are stored, row after row.
    let values: HDF5Dataset
    let features: Int

    var count: Int { starts.count - 1 }

    /// - Throws: ``DatasetError`` where the parts do not fit together, `StoreError` where one is missing.
    init(_ group: HDF5Group) throws {
        let place = "\(group.path) in \(group.file.path)"
        let shape = try group.attributeList("shape", as: Int.self)
        starts = try group.dataset("indptr").read()
        columns = try group.dataset("indices")
        values = try group.dataset("data")
        guard shape.count == 2, shape[0] == starts.count - 1,
            (1...Bounds.rows(MemoryLayout<Float>.stride * values.rows)).contains(shape[1])
        else {
            throw DatasetError(place, "its shape is \(shape), there are \(starts.count) row starts")
        }
        features = shape[1]
        guard starts.first == 0, starts.last == values.rows, values.shape.count == 1,
            columns.shape == values.shape, values.storedType.isNumeric,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 && $1 - $0 <= shape[1] })
        else {
            throw DatasetError(
                place, "its rows, columns and values do not fit together", advice: "the file is damaged")
        }
        self.place = place
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: step) {
            let rows = start..<min(start + step, count)
            let stored = starts[rows.lowerBound]..<starts[rows.upperBound]
            let columns = try columns.read(rows: stored, as: Int.self)
            let values = try values.readRounded(rows: stored)
            var dense = [Float](repeating: 0, count: rows.count * features)
            for row in rows {
                for index in starts[row] - stored.lowerBound..<starts[row + 1] - stored.lowerBound {
                    let column = columns[index]
                    guard (0..<features).contains(column) else {
                        throw DatasetError(
                            place, "row \(row) has a value in column \(column) of \(features)",
                            advice: "the file is damaged")
                    }
                    dense[(row - rows.lowerBound) * features + column] += values[index]
                }
            }
            try body(.floats(dense))
        }
    }
}
