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
    /// - Parameter leavesUnreadable: values that this library has no filter for are left out, not an error.
    func contents(leavesChunks: Bool = false, leavesUnreadable: Bool = false) throws(StoreError) -> Contents {
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
                try dataset.describe(
                    in: &contents, leavesChunks: leavesChunks, leavesUnreadable: leavesUnreadable)
                try dataset.describeAttributes(in: &contents)
            case .other: contents.setOther(path)
            }
        }
        return contents
    }
}

extension HDF5Dataset {
    /// Reads the values, unless their chunks have digests and are left to others.
    fileprivate func describe(
        in contents: inout Contents, leavesChunks: Bool, leavesUnreadable: Bool
    ) throws(StoreError) {
        let digest = RunningDigest()
        let hasChunks = try chunkDigests() != nil
        let isUnreadable = leavesUnreadable ? try lacksFilter() : false
        if !isUnreadable, !hasChunks || !leavesChunks { try forEachBlock { digest.update($0) } }
        contents.setDataset(
            path, type: storedType.layout, shape: shape, digest: hasChunks ? nil : digest.text)
    }

    /// Whether it was written through a filter that this library does not have.
    private func lacksFilter() throws(StoreError) -> Bool {
        try Library.locked { () throws(StoreError) in
            let properties = try check(H5Dget_create_plist(identifier), "verify")
            defer { H5Pclose(properties) }
            return (0..<UInt32(max(0, H5Pget_nfilters(properties)))).contains { index in
                var (flags, count, configuration) = (UInt32(0), 0, UInt32(0))
                return H5Zfilter_avail(
                    H5Pget_filter2(properties, index, &flags, &count, nil, 0, nil, &configuration)) <= 0
            }
        }
    }

    /// Reads everything, some mebibytes of rows at a time, as they are stored.
    private func forEachBlock(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        try Library.locked { () throws(StoreError) in
            let type = try check(H5Dget_type(identifier), "verify")
            defer { H5Tclose(type) }
            let whole = try check(H5Dget_space(identifier), "verify")
            defer { H5Sclose(whole) }
            let isVariable = hasVariableLength(type)
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
                let isVariable = hasVariableLength(stored)
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

/// Whether values of an open type, or parts of them, lie elsewhere in the file: the caller holds the library.
private func hasVariableLength(_ type: hid_t) -> Bool {
    func isVariable(_ part: hid_t) -> Bool {
        defer { H5Tclose(part) }
        return hasVariableLength(part)
    }
    switch H5Tget_class(type) {
    case H5T_VLEN: return true
    case H5T_STRING: return H5Tis_variable_str(type) > 0
    case H5T_ARRAY: return isVariable(H5Tget_super(type))
    // H5Tdetect_class does not find texts in compounds.
    case H5T_COMPOUND:
        return (0..<UInt32(max(0, H5Tget_nmembers(type)))).contains {
            isVariable(H5Tget_member_type(type, $0))
        }
    default: return false
    }
}
