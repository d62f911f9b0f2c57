internal import CHDF5

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
}
