internal import CHDF5

extension HDF5Dataset {

    /// Writes `buffer`, `[rows.count, ...]`, over a range of rows.
    /// - Throws: ``StoreError`` where it cannot be written or the stored type is of another family.
    public func write<Element: HDF5Scalar>(
        _ buffer: UnsafeBufferPointer<Element>, rows: Range<Int>
    ) throws(StoreError) {
        precondition(buffer.count == rows.count * rowCount, "the buffer holds other than the rows named")
        try requireRows(rows, "write")
        if buffer.isEmpty { return }
        try withSelection(of: rows, "write") { (memory, space) in
            H5Dwrite(
                identifier, Element.scalarKind.nativeType, memory, space, chdf5_default_properties(),
                buffer.baseAddress)
        }
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
        try withSelection(of: rows, "read") { (memory, space) in
            H5Dread(
                identifier, Element.scalarKind.nativeType, memory, space, chdf5_default_properties(),
                buffer.baseAddress)
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
        try withSelection(of: rows, "read") { (memory, space) in
            values.withUnsafeMutableBytes {
                H5Dread(
                    identifier, Float.scalarKind.nativeType, memory, space, chdf5_default_properties(),
                    $0.baseAddress)
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

    /// Reads everything, in its own type, for the sake of the checksums alone.
    func verify() throws(StoreError) {
        try Library.locked { () throws(StoreError) in
            let type = try check(H5Dget_type(identifier), "verify")
            defer { H5Tclose(type) }
            let whole = try check(H5Dget_space(identifier), "verify")
            defer { H5Sclose(whole) }
            let bytesPerRow = rowCount * storedType.bytes
            let step = max(1, (1 << 22) / max(1, bytesPerRow))
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: min(step, rows) * bytesPerRow, alignment: 16)
            defer { buffer.deallocate() }
            for start in stride(from: 0, to: buffer.isEmpty ? 0 : rows, by: step) {
                try withSelection(of: start..<min(start + step, rows), "verify") { (memory, space) in
                    let status = H5Dread(
                        identifier, type, memory, space, chdf5_default_properties(), buffer.baseAddress)
                    // What has variable length was allocated by the library.
                    if status >= 0, H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0 {
                        H5Dvlen_reclaim(
                            type, memory == chdf5_whole_space() ? whole : memory, chdf5_default_properties(),
                            buffer.baseAddress)
                    }
                    return status
                }
            }
        }
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
