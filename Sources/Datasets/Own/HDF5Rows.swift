import Store

/// The rows of a dataset of numbers.
struct HDF5Rows: RowReader {
    private let dataset: HDF5Dataset
    let layout: ArrayLayout

    var count: Int { layout.count }
    /// Whether samples are bytes; floats otherwise.
    var isBytes: Bool { dataset.storedType.converts(to: .uint8) }

    /// - Throws: ``DatasetError`` where the dataset cannot be samples.
    init(_ dataset: HDF5Dataset) throws(DatasetError) {
        let place = "\(dataset.path) in \(dataset.file.path)"
        guard dataset.storedType.isNumeric else {
            throw DatasetError(place, "it holds \(dataset.storedType), not numbers")
        }
        layout = try ArrayLayout(dataset.shape, place: place)
        self.dataset = dataset
    }

    func forEachBlock(of step: Int, _ body: (SampleBlock.Values) throws -> Void) throws {
        for start in stride(from: 0, to: count, by: step) {
            let rows = start..<min(start + step, count)
            if isBytes {
                try body(.bytes(layout.arranged(dataset.read(rows: rows, as: UInt8.self))))
            } else {
                try body(.floats(layout.arranged(dataset.readRounded(rows: rows))))
            }
        }
    }
}
