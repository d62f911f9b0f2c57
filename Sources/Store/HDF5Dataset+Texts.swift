internal import CHDF5
import Files

extension HDF5Group {
    /// Creates a dataset of `count` UTF-8 texts of at most `width` bytes, chunked, checksummed and compressed
    /// as ``createDataset(_:of:shape:deflate:)`` does it.
    ///
    /// The length is fixed: HDF5 keeps texts of variable length outside of the chunks that it checksums.
    /// - Throws: ``StoreError`` where there is something at that path already or nothing can be written.
    public func createTextDataset(
        _ name: String, count: Int, width: Int, deflate: Int? = nil
    ) throws(StoreError) -> HDF5Dataset {
        let operation = "create the dataset"
        return try Library.locked { () throws(StoreError) in
            let type = try fixedTextType(width: max(1, width), operation)
            defer { H5Tclose(type) }
            return try createDataset(
                name, elementBytes: max(1, width), shape: [count], deflate: deflate, digestsChunks: false
            ) { () throws(StoreError) in type }
        }
    }

    /// Creates the dataset `name` and writes `texts` into it, as wide as the longest.
    /// - Throws: ``StoreError`` as ``createTextDataset(_:count:width:deflate:)`` does.
    public func write(texts: [String], to name: String, deflate: Int? = nil) throws(StoreError) {
        let width = texts.map(\.utf8.count).max() ?? 1
        let dataset = try createTextDataset(name, count: texts.count, width: width, deflate: deflate)
        try dataset.write(texts: texts, rows: 0..<texts.count)
    }

    /// Creates the dataset `name`, without dimensions, of one UTF-8 text, which holds no NUL.
    /// - Throws: ``StoreError`` where there is something at that path already or nothing can be written.
    public func write(text: String, to name: String) throws(StoreError) {
        let (path, operation) = (absolute(name), "create the dataset")
        try Library.locked { () throws(StoreError) in
            let width = max(1, text.utf8.count)
            let type = try fixedTextType(width: width, operation)
            defer { H5Tclose(type) }
            let space = try check(H5Screate(H5S_SCALAR), operation)
            defer { H5Sclose(space) }
            let creation = try Library.untimedProperties(
                chdf5_dataset_creation_class(), operation, file: file.path, object: path)
            defer { H5Pclose(creation) }
            try createGroups(above: name)
            let identifier = try Library.check(
                H5Dcreate2(
                    identifier, name, type, space, chdf5_default_properties(), creation,
                    chdf5_default_properties()), operation, file: file.path, object: path)
            let dataset = try HDF5Dataset(file: file, path: path, opened: identifier)
            file.new?.didCreateDataset(path, type: dataset.storedType.layout, shape: [], chunks: nil)
            try FixedText.bytes(of: [text], width: width).withUnsafeBufferPointer {
                (bytes) throws(StoreError) in
                try dataset.append(UnsafeRawBufferPointer(bytes), rows: 0..<1, type: type)
            }
        }
    }
}

extension HDF5Dataset {
    /// Writes texts into a dataset of fixed-length texts: the rows behind those that were written before.
    /// - Throws: ``StoreError`` where a text is too long for the dataset or holds a NUL, at which readers
    ///   would stop, or where it cannot be written.
    public func write(texts: [String], rows: Range<Int>) throws(StoreError) {
        precondition(texts.count == rows.count && shape.count == 1, "one text for each row")
        let width = storedType.bytes
        if let text = texts.first(where: { $0.utf8.count > width || $0.utf8.contains(0) }) {
            throw failure("write", "the text '\(text)' is longer than \(width) bytes or holds a NUL")
        }
        let bytes = FixedText.bytes(of: texts, width: width)
        try Library.locked { () throws(StoreError) in
            let type = try fixedTextType(width: width, "write")
            defer { H5Tclose(type) }
            try bytes.withUnsafeBufferPointer { (bytes) throws(StoreError) in
                try append(UnsafeRawBufferPointer(bytes), rows: rows, type: type)
            }
        }
    }

    /// A range of rows of a dataset of texts, of fixed or variable length.
    /// - Throws: ``StoreError`` where it does not hold one text a row, or cannot be read.
    public func texts(rows: Range<Int>) throws(StoreError) -> [String] {
        guard storedType.family == .text, rowCount == 1 else {
            throw failure("read", "texts were expected, the file has \(storedType) of shape \(shape)")
        }
        try requireRows(rows, "read")
        if rows.isEmpty { return [] }
        return try Library.locked { () throws(StoreError) in
            let stored = try check(H5Dget_type(identifier), "read")
            defer { H5Tclose(stored) }
            if H5Tis_variable_str(stored) > 0 { return try variableTexts(rows, stored: stored) }
            var bytes = [UInt8](repeating: 0, count: rows.count * storedType.bytes)
            try withSelection(of: rows, "read") { (memory, space) in
                bytes.withUnsafeMutableBytes {
                    H5Dread(identifier, stored, memory, space, chdf5_default_properties(), $0.baseAddress)
                }
            }
            return FixedText.texts(
                in: bytes, width: storedType.bytes,
                spacePadded: H5Tget_strpad(stored) == H5T_STR_SPACEPAD)
        }
    }

    /// All texts of the dataset.
    /// - Throws: ``StoreError`` as ``texts(rows:)`` does.
    public func texts() throws(StoreError) -> [String] {
        try texts(rows: 0..<rows)
    }

    private func variableTexts(_ rows: Range<Int>, stored: hid_t) throws(StoreError) -> [String] {
        var extent = hsize_t(rows.count)
        let flat = try check(H5Screate_simple(1, &extent, nil), "read")
        defer { H5Sclose(flat) }
        return try variableTexts(stored: stored, space: flat, count: rows.count, "read") {
            (type, pointers) throws(StoreError) in
            try withSelection(of: rows, "read") { (memory, space) in
                H5Dread(identifier, type, memory, space, chdf5_default_properties(), pointers)
            }
        }
    }
}
