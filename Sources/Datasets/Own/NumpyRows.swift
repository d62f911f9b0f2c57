/// The rows of an array in an npy or npz file.
///
/// In Fortran order a row lies scattered over the whole file, which is then read once for each piece of the rows
/// that fits `memory`.
struct NumpyRows: RowReader {
    private let file: NumpyFile
    private let memory: Int
    let layout: ArrayLayout

    var count: Int { layout.count }

    /// Whether samples are bytes; floats otherwise.
    var isBytes: Bool {
        switch file.header.element {
        case .boolean, .unsigned(bytes: 1): true
        default: false
        }
    }

    /// - Parameters:
    ///   - memory: bytes of rows of a Fortran-ordered array that are held at a time.
    ///   - isColumn: whether an array of one dimension is taken, each number as a row.
    /// - Throws: ``DatasetError`` where the array cannot be samples.
    init(_ file: NumpyFile, memory: Int = 1 << 28, isColumn: Bool = false) throws(DatasetError) {
        guard !file.header.element.isText else {
            throw DatasetError(file.place, "it holds texts, not numbers")
        }
        self.file = file
        self.memory = memory
        let shape = file.header.shape
        layout = try ArrayLayout(isColumn && shape.count == 1 ? shape + [1] : shape, place: file.place)
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        if file.header.isFortranOrder {
            try forEachScatteredBlock(of: step, body)
            return
        }
        let stream = try file.elements()
        let rowBytes = layout.features * file.header.element.size
        for start in stride(from: 0, to: count, by: step) {
            let rows = min(step, count - start)
            try body(arranged(stream.read(exactly: rows * rowBytes, of: "its elements", place: file.place)))
        }
        try file.requireEnd(stream)
    }

    private func arranged(_ bytes: [UInt8]) -> SampleBlock.Values {
        isBytes
            ? .bytes(layout.arranged(bytes))
            : .floats(layout.arranged(NumpyDecoder.floats(bytes, file.header)))
    }

    private func forEachScatteredBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        let size = file.header.element.size
        let rowBytes = layout.features * size
        let held = max(1, min(count, memory / rowBytes))
        let places = rowMajorPlaces()
        for start in stride(from: 0, to: count, by: held) {
            let rows = start..<min(start + held, count)
            var bytes = [UInt8](repeating: 0, count: rows.count * rowBytes)
            let stream = try file.elements()
            for place in places {
                let column = try stream.read(exactly: count * size, of: "its elements", place: file.place)
                for row in rows {
                    let target = ((row - rows.lowerBound) * layout.features + place) * size
                    for byte in 0..<size { bytes[target + byte] = column[row * size + byte] }
                }
            }
            try file.requireEnd(stream)
            for first in stride(from: 0, to: rows.count, by: step) {
                let part = first * rowBytes..<min(first + step, rows.count) * rowBytes
                try body(arranged(Array(bytes[part])))
            }
        }
    }

    /// For each column in Fortran order its place in a row of C order.
    private func rowMajorPlaces() -> [Int] {
        let extents = file.header.shape.dropFirst()
        return (0..<layout.features).map { index in
            var rest = index
            var place = 0
            var weight = layout.features
            // The first extent runs fastest in one order and slowest in the other.
            for extent in extents {
                weight /= extent
                place += rest % extent * weight
                rest /= extent
            }
            return place
        }
    }
}
