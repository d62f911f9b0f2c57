internal import CHDF5
import Files

extension HDF5File {
    /// Whether the file holds a digest of its contents; those of other programs do not.
    public var hasDigest: Bool {
        get throws(StoreError) { try root.hasAttribute(Contents.attribute) }
    }

    /// The digest of its contents that the file holds; empty without one.
    package var recordedDigest: String {
        get throws(StoreError) { try hasDigest ? root.text(Contents.attribute) : "" }
    }

    /// Reads the file from its first byte to its last, so that each checksum is compared, and compares its contents
    /// with the digest that it holds, if it does.
    ///
    /// - Parameter leavesChunks: values with a digest of each chunk are left to whoever reads them, who compares it.
    /// - Throws: ``StoreError`` naming the first object that cannot be read.
    public func verify(leavesChunks: Bool = false) throws(StoreError) {
        let found = try contents(leavesChunks: leavesChunks).digest
        guard try hasDigest else { return try verifySeals() }
        let expected = try root.text(Contents.attribute)
        guard found == expected else {
            throw StoreError(
                operation: "verify", file: path,
                reason:
                    "the digest of its contents is \(found), attribute '\(Contents.attribute)' says \(expected)",
                hint: "the file is damaged; make or copy it again")
        }
    }

    private func verifySeals() throws(StoreError) {
        try forEach { (path, kind) throws(StoreError) in
            if kind == .group { try object(path).verifySeal() }
        }
    }

    /// Opens and verifies the file at `path`.
    /// - Throws: ``StoreError`` as ``verify(leavesChunks:)`` does.
    public static func verify(_ path: String) throws(StoreError) {
        let file = try open(path)
        try file.verify()
        try file.close()
    }

    /// All that is in the file, each object once.
    func contents(leavesChunks: Bool = false) throws(StoreError) -> Contents {
        var contents = Contents()
        let root = try root
        try forEach { (path, kind) throws(StoreError) in
            switch kind {
            case .group:
                let group = try path == "/" ? root : root.group(path)
                contents.setGroup(path)
                try group.describeAttributes(in: &contents)
            case .dataset:
                let dataset = try root.dataset(path)
                try dataset.describe(in: &contents, leavesChunks: leavesChunks)
                try dataset.describeAttributes(in: &contents)
            case .other: contents.setOther(path)
            }
        }
        return contents
    }
}

extension HDF5Dataset {
    /// Reads the values, unless their chunks have digests and are left to others.
    fileprivate func describe(in contents: inout Contents, leavesChunks: Bool) throws(StoreError) {
        let digest = RunningDigest()
        let hasChunks = try chunkDigests() != nil
        if !hasChunks || !leavesChunks { try forEachBlock { digest.update($0) } }
        contents.setDataset(
            path, type: storedType.layout, shape: shape, digest: hasChunks ? nil : digest.text)
    }

    /// Reads everything, some mebibytes of rows at a time, as they are stored.
    private func forEachBlock(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        try Library.locked { () throws(StoreError) in
            let type = try check(H5Dget_type(identifier), "verify")
            defer { H5Tclose(type) }
            let whole = try check(H5Dget_space(identifier), "verify")
            defer { H5Sclose(whole) }
            let isVariable = H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0
            let bytesPerRow = rowCount * storedType.bytes
            let step = max(1, (1 << 22) / max(1, bytesPerRow))
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: min(step, rows) * bytesPerRow, alignment: 16)
            defer { buffer.deallocate() }
            for start in stride(from: 0, to: buffer.isEmpty ? 0 : rows, by: step) {
                try forEachVerified(start..<min(start + step, rows)) { (rows) throws(StoreError) in
                    try withSelection(of: rows, "verify") { (memory, space) in
                        let status = H5Dread(
                            identifier, type, memory, space, chdf5_default_properties(), buffer.baseAddress)
                        // What has variable length was allocated by the library.
                        if status >= 0, isVariable {
                            H5Dvlen_reclaim(
                                type, memory == chdf5_whole_space() ? whole : memory,
                                chdf5_default_properties(), buffer.baseAddress)
                        }
                        return status
                    }
                    // Addresses in memory say nothing.
                    if isVariable { return }
                    body(UnsafeRawBufferPointer(rebasing: buffer[..<(rows.count * bytesPerRow)]))
                }
            }
        }
    }
}

extension HDF5Object {
    fileprivate func describeAttributes(in contents: inout Contents) throws(StoreError) {
        for name in try attributeNames() {
            try withAttribute(name) { (attribute, stored, count) throws(StoreError) in
                let operation = "verify attribute '\(name)' of"
                let space = try check(H5Aget_space(attribute), operation)
                defer { H5Sclose(space) }
                let rank = try check(H5Sget_simple_extent_ndims(space), operation)
                var extents = [hsize_t](repeating: 0, count: Int(rank))
                try check(H5Sget_simple_extent_dims(space, &extents, nil), operation)
                let isVariable = H5Tdetect_class(stored, H5T_VLEN) > 0 || H5Tis_variable_str(stored) > 0
                let type = StoredType(stored)
                var bytes = [UInt8](repeating: 0, count: isVariable ? 0 : count * type.bytes)
                if !bytes.isEmpty {
                    try check(
                        bytes.withUnsafeMutableBytes { H5Aread(attribute, stored, $0.baseAddress) }, operation
                    )
                }
                bytes.withUnsafeBytes {
                    contents.setAttribute(
                        name, of: path, type: type.layout, shape: extents.map { Int(clamping: $0) }, bytes: $0
                    )
                }
            }
        }
    }
}
