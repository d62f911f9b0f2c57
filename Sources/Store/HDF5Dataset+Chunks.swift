internal import CHDF5
import Files

extension HDF5Dataset {
    /// Rows of a chunk, which are read and checked together; `nil` where the rows are not stored in chunks.
    /// - Throws: ``StoreError`` where the file does not say.
    public func chunkRows() throws(StoreError) -> Int? {
        try Library.locked { () throws(StoreError) in
            let operation = "look up the chunks of"
            let properties = try check(H5Dget_create_plist(identifier), operation)
            defer { H5Pclose(properties) }
            guard H5Pget_layout(properties) == H5D_CHUNKED else { return nil }
            var extents = [hsize_t](repeating: 0, count: shape.count)
            try check(H5Pget_chunk(properties, Int32(extents.count), &extents), operation)
            return Int(extents[0])
        }
    }

    /// The digests of the chunks, where the file has them.
    /// - Throws: ``StoreError`` where there is another number of them than of chunks.
    func chunkDigests() throws(StoreError) -> StoredChunkDigests? {
        if let digests { return digests.value }
        var found: StoredChunkDigests?
        if file.new == nil, try hasAttribute(ChunkDigests.attribute), let rows = try chunkRows() {
            let values = try attributeList(ChunkDigests.attribute, as: Int64.self)
            guard values.count == (self.rows + rows - 1) / rows else {
                throw failure(
                    "read", "there are \(values.count) digests of its chunks of \(rows) rows",
                    hint: "the file is damaged")
            }
            found = StoredChunkDigests(rows: rows, values: values)
        }
        digests = Looked(value: found)
        return found
    }

    /// Hands `rows` to `body`, all at once or, where chunks have digests, chunk by chunk, each of them compared with
    /// its digest first: Fletcher-32 of a chunk that was lost, and so reads as zeros, is right. The library keeps the
    /// last chunk at hand for the read that follows.
    /// - Throws: ``StoreError`` where a chunk is not what was written, or whatever `body` throws.
    func forEachVerified(_ rows: Range<Int>, _ body: (Range<Int>) throws(StoreError) -> Void)
        throws(StoreError)
    {
        guard !rows.isEmpty, let digests = try chunkDigests() else { return try body(rows) }
        try Library.locked { () throws(StoreError) in
            let type = try check(H5Dget_type(identifier), "read")
            defer { H5Tclose(type) }
            let bytesPerRow = rowCount * storedType.bytes
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: min(digests.rows, self.rows) * bytesPerRow, alignment: 16)
            defer { buffer.deallocate() }
            for chunk in rows.lowerBound / digests.rows...(rows.upperBound - 1) / digests.rows {
                let part = chunk * digests.rows..<min((chunk + 1) * digests.rows, self.rows)
                try withSelection(of: part, "read") { (memory, space) in
                    H5Dread(identifier, type, memory, space, chdf5_default_properties(), buffer.baseAddress)
                }
                let digest = RunningDigest()
                digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<(part.count * bytesPerRow)]))
                guard digest.number == digests.values[chunk] else {
                    throw failure(
                        "read", "rows \(part.lowerBound) to \(part.upperBound - 1) are not what was written",
                        hint: "the file is damaged; make or copy it again")
                }
                try body(part.clamped(to: rows))
            }
        }
    }
}

/// The digests of a dataset's chunks, read from its file.
struct StoredChunkDigests {
    /// Rows of a chunk; the last may have fewer.
    let rows: Int
    /// One for each chunk.
    let values: [Int64]
}

/// What was looked for once, and may not be there.
struct Looked<Value> {
    let value: Value?
}
