import Store

/// Data sets that are written some rows at a time, below one group.
///
/// They are held open: to whoever opens a large one that is not written yet it looks damaged.
package final class StoredColumns {
    /// The group.
    package let group: HDF5Group
    private var datasets: [String: HDF5Dataset] = [:]

    /// Columns below `group`.
    package init(_ group: HDF5Group) {
        self.group = group
    }

    /// Creates a column of numbers; see `HDF5Group.createDataset`.
    @discardableResult
    package func create<Element: HDF5Scalar>(
        _ name: String, of type: Element.Type, shape: [Int], deflate: Int? = nil
    ) throws -> HDF5Dataset {
        let dataset = try group.createDataset(name, of: type, shape: shape, deflate: deflate)
        datasets[name] = dataset
        return dataset
    }

    /// Creates a column of texts of at most `width` bytes.
    @discardableResult
    package func createTexts(_ name: String, count: Int, width: Int) throws -> HDF5Dataset {
        let dataset = try group.createTextDataset(name, count: count, width: width, deflate: 4)
        datasets[name] = dataset
        return dataset
    }

    /// Writes rows of a column of numbers.
    package func write<Element: HDF5Scalar>(_ values: [Element], to name: String, rows: Range<Int>) throws {
        let dataset = column(name)
        try values.withUnsafeBufferPointer { try dataset.write($0, rows: rows) }
    }

    /// Writes rows of a column of texts.
    package func write(texts: [String], to name: String, rows: Range<Int>) throws {
        try column(name).write(texts: texts, rows: rows)
    }

    private func column(_ name: String) -> HDF5Dataset {
        guard let dataset = datasets[name] else { preconditionFailure("column \(name) was not created") }
        return dataset
    }
}
