internal import CHDF5
import Files

extension HDF5Dataset {

    /// Writes `buffer`, `[rows.count, ...]`: the rows behind those that were written before.
    /// - Throws: ``StoreError`` where it cannot be written, numbers of another type are stored, or other rows are next.
    public func write<Element: HDF5Scalar>(
        _ buffer: UnsafeBufferPointer<Element>, rows: Range<Int>
    ) throws(StoreError) {
        precondition(buffer.count == rows.count * rowCount, "the buffer holds other than the rows named")
        guard storedType.description == Element.scalarKind.rawValue else {
            throw failure("write", "\(Element.scalarKind) was handed over, the file has \(storedType)")
        }
        try append(UnsafeRawBufferPointer(buffer), rows: rows, type: Element.scalarKind.nativeType)
    }

    /// Writes the next rows, of an HDF5 type in memory that is the stored one.
    func append(_ bytes: UnsafeRawBufferPointer, rows: Range<Int>, type: hid_t) throws(StoreError) {
        guard let new = file.new else { throw failure("write", "the file is open for reading") }
        try requireRows(rows, "write")
        guard rows.lowerBound == new.nextRow(of: path) else {
            throw failure("write", "rows \(rows) were handed over, row \(new.nextRow(of: path)) is next")
        }
        if !bytes.isEmpty {
            try withSelection(of: rows, "write") { (memory, space) in
                H5Dwrite(identifier, type, memory, space, chdf5_default_properties(), bytes.baseAddress)
            }
        }
        new.didWrite(bytes, rows: rows.count, to: path)
        try new.check()
    }

    /// Reads a range of rows into `buffer`, `[rows.count, ...]`.
    /// - Throws: ``StoreError`` where a checksum is wrong, rows are missing, or the stored numbers do not
    ///   all fit `Element`.
    public func read<Element: HDF5Scalar>(
        into buffer: UnsafeMutableBufferPointer<Element>, rows: Range<Int>
    ) throws(StoreError) {
        precondition(buffer.count == rows.count * rowCount, "the buffer holds other than the rows named")
        guard storedType.converts(to: Element.scalarKind) else {
            throw failure("read", "\(Element.scalarKind) was expected, the file has \(storedType)")
        }
        try requireRows(rows, "read")
        if buffer.isEmpty { return }
        try forEachVerified(rows) { (part) throws(StoreError) in
            let place = buffer.baseAddress! + (part.lowerBound - rows.lowerBound) * rowCount
            try withSelection(of: part, "read") { (memory, space) in
                H5Dread(
                    identifier, Element.scalarKind.nativeType, memory, space, chdf5_default_properties(),
                    place)
            }
        }
    }

    /// Reads a range of rows of any numbers as 32-bit floats, to which they are rounded.
    /// - Throws: ``StoreError`` as ``read(into:rows:)`` does, but for numbers that do not fit.
    public func readRounded(rows: Range<Int>) throws(StoreError) -> [Float] {
        guard storedType.isNumeric else {
            throw failure("read", "numbers were expected, the file has \(storedType)")
        }
        try requireRows(rows, "read")
        var values = [Float](repeating: 0, count: rows.count * rowCount)
        if values.isEmpty { return values }
        try values.withUnsafeMutableBufferPointer { (buffer) throws(StoreError) in
            try forEachVerified(rows) { (part) throws(StoreError) in
                let place = buffer.baseAddress! + (part.lowerBound - rows.lowerBound) * rowCount
                try withSelection(of: part, "read") { (memory, space) in
                    H5Dread(
                        identifier, Float.scalarKind.nativeType, memory, space, chdf5_default_properties(),
                        place)
                }
            }
        }
        return values
    }

    /// The whole dataset, row-major.
    /// - Throws: ``StoreError`` as ``read(into:rows:)`` does, and where it is longer than its file could be.
    public func read<Element: HDF5Scalar>(as type: Element.Type = Element.self) throws(StoreError)
        -> [Element]
    {
        try read(rows: 0..<rows, as: type)
    }

    /// A range of rows, row-major.
    /// - Throws: ``StoreError`` as ``read(into:rows:)`` does.
    public func read<Element: HDF5Scalar>(
        rows: Range<Int>, as type: Element.Type = Element.self
    ) throws(StoreError) -> [Element] {
        let count = rows.count * rowCount
        var failure: StoreError?
        let values = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(StoreError) {
                try read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]), rows: rows)
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return values
    }

    func requireRows(_ rows: Range<Int>, _ operation: String) throws(StoreError) {
        guard rows.lowerBound >= 0, rows.upperBound <= self.rows else {
            throw failure(operation, "rows \(rows) were asked for, it has \(self.rows)")
        }
    }

    /// Runs a transfer between memory that holds exactly `rows` and those rows of the file.
    func withSelection(
        of rows: Range<Int>, _ operation: String, _ transfer: (_ memory: hid_t, _ file: hid_t) -> herr_t
    ) throws(StoreError) {
        try Library.locked { () throws(StoreError) in
            if rows == 0..<self.rows {
                try check(transfer(chdf5_whole_space(), chdf5_whole_space()), operation)
                return
            }
            var start = shape.map { _ in hsize_t(0) }
            start[0] = hsize_t(rows.lowerBound)
            var count = shape.map { hsize_t($0) }
            count[0] = hsize_t(rows.count)
            let space = try check(H5Dget_space(identifier), operation)
            defer { H5Sclose(space) }
            try check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, count, nil), operation)
            let memory = try check(H5Screate_simple(Int32(count.count), count, nil), operation)
            defer { H5Sclose(memory) }
            try check(transfer(memory, space), operation)
        }
    }
}
