import Bounds
internal import CHDF5
import Files

/// A dataset: numbers in a row-major array `[rows, ...]`, chunked along the rows, with attributes.
public final class HDF5Dataset: HDF5Object {
    /// Extent in each dimension; the first counts rows.
    public let shape: [Int]
    /// The type of the elements in the file.
    public let storedType: StoredType
    /// The digests of its chunks, once they were looked for.
    var digests: Looked<StoredChunkDigests>?

    /// Rows, the first extent; 1 for a dataset without dimensions.
    public var rows: Int { shape.first ?? 1 }
    /// Elements in one row.
    public var rowCount: Int { shape.dropFirst().reduce(1, *) }

    /// Takes an open dataset over and reads its shape and type; the caller holds the library.
    init(file: HDF5File, path: String, opened identifier: hid_t) throws(StoreError) {
        let operation = "open the dataset"
        let space = H5Dget_space(identifier)
        defer { H5Sclose(space) }
        let type = H5Dget_type(identifier)
        defer { H5Tclose(type) }
        let rank = H5Sget_simple_extent_ndims(space)
        var extents = [hsize_t](repeating: 0, count: Int(max(rank, 0)))
        let status = H5Sget_simple_extent_dims(space, &extents, nil)
        if space < 0 || type < 0 || rank < 0 || status < 0 {
            defer { H5Dclose(identifier) }
            try Library.check(-1, operation, file: file.path, object: path)
        }
        // What has no extent at all has no elements either.
        let shape = H5Sget_simple_extent_type(space) == H5S_NULL ? [0] : extents.map { Int(clamping: $0) }
        storedType = StoredType(type)
        if Bounds.count(shape + [storedType.bytes]) == nil {
            defer { H5Dclose(identifier) }
            throw StoreError(
                operation: operation, file: file.path, object: path,
                reason: "its shape \(extents) is larger than any memory", hint: "the file is damaged")
        }
        self.shape = shape
        super.init(file: file, path: path, identifier: identifier)
    }

    /// Bytes that the elements take in the file, compressed as they are.
    public var storedBytes: Int {
        var bytes = 0
        Library.lockedQuietly { bytes = Int(clamping: H5Dget_storage_size(identifier)) }
        return bytes
    }

    /// Refuses a shape that the bytes stored cannot fill, before anyone makes room for it.
    fileprivate func requirePlausibleSize() throws(StoreError) {
        // A file can say that it holds more than it does.
        let stored = min(storedBytes, try file.size)
        guard Bounds.count(shape + [storedType.bytes], limit: Bounds.unpacked(stored)) != nil else {
            throw failure(
                "open the dataset", "its shape \(shape) is far more than what is stored",
                hint: "the file is damaged or was never filled")
        }
    }

    /// Rows of a chunk that datasets of this shape and element size get here: about 256 KiB.
    public static func rowsPerChunk(shape: [Int], elementBytes: Int) -> Int {
        chunk(shape: shape, elementBytes: elementBytes)[0]
    }

    /// Chunk extents: whole rows, about 256 KiB of them: few enough that a window of shuffled samples has many chunks,
    /// and well within HDF5's chunk cache of a mebibyte.
    static func chunk(shape: [Int], elementBytes: Int) -> [Int] {
        let rowBytes = max(1, shape.dropFirst().reduce(elementBytes, *))
        let rows = max(1, min(shape[0], (1 << 18) / rowBytes))
        return [rows] + shape.dropFirst().map { max(1, $0) }
    }
}

extension HDF5Group {
    /// Opens the dataset at `name`, which may be a path.
    /// - Throws: ``StoreError`` where there is none.
    public func dataset(_ name: String) throws(StoreError) -> HDF5Dataset {
        let path = absolute(name)
        return try Library.locked { () throws(StoreError) in
            let dataset = try Library.check(
                H5Dopen2(identifier, name, chdf5_default_properties()), "open the dataset", file: file.path,
                object: path)
            let opened = try HDF5Dataset(file: file, path: path, opened: dataset)
            try opened.requirePlausibleSize()
            return opened
        }
    }

    /// Creates a dataset, and the groups on the way to it: chunked in rows, with a Fletcher-32 checksum for
    /// each chunk, and compressed where `deflate` gives a level from 1 to 9.
    ///
    /// - Parameters:
    ///   - shape: at least one dimension; an extent may be zero.
    ///   - digestsChunks: whether each chunk gets a digest of its own, for datasets of which single rows are read.
    /// - Throws: ``StoreError`` where there is something at that path already or nothing can be written.
    public func createDataset<Element: HDF5Scalar>(
        _ name: String, of type: Element.Type, shape: [Int], deflate: Int? = nil, digestsChunks: Bool = false
    ) throws(StoreError) -> HDF5Dataset {
        try createDataset(
            name, elementBytes: Element.scalarKind.bytes, shape: shape, deflate: deflate,
            digestsChunks: digestsChunks
        ) { () throws(StoreError) in Element.scalarKind.nativeType }
    }

    /// Creates a dataset of the HDF5 type that `type` returns, which the caller closes where it must be.
    func createDataset(
        _ name: String, elementBytes: Int, shape: [Int], deflate: Int?, digestsChunks: Bool,
        type: () throws(StoreError) -> hid_t
    ) throws(StoreError) -> HDF5Dataset {
        precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 }, "a chunked dataset needs dimensions")
        let path = absolute(name)
        let operation = "create the dataset"
        return try Library.locked { () throws(StoreError) in
            func check<Code: SignedInteger>(_ result: Code) throws(StoreError) -> Code {
                try Library.check(result, operation, file: file.path, object: path)
            }
            let extents = shape.map { hsize_t($0) }
            // A chunk may not be larger than a fixed extent, nor empty: an empty extent is one that can grow.
            let limits = extents.map { $0 == 0 ? chdf5_unlimited() : $0 }
            let space = try check(H5Screate_simple(Int32(shape.count), extents, limits))
            defer { H5Sclose(space) }
            let creation = try Library.untimedProperties(
                chdf5_dataset_creation_class(), operation, file: file.path, object: path)
            defer { H5Pclose(creation) }
            let chunk = HDF5Dataset.chunk(shape: shape, elementBytes: elementBytes)
            _ = try check(H5Pset_chunk(creation, Int32(shape.count), chunk.map { hsize_t($0) }))
            if let deflate { _ = try check(H5Pset_deflate(creation, UInt32(deflate))) }
            // Last in the pipeline, so that damage is noticed before anything is decompressed.
            _ = try check(H5Pset_fletcher32(creation))
            try createGroups(above: name)
            let dataset = try check(
                H5Dcreate2(
                    identifier, name, try type(), space, chdf5_default_properties(), creation,
                    chdf5_default_properties()))
            let created = try HDF5Dataset(file: file, path: path, opened: dataset)
            let chunks = ChunkDigests(bytesPerChunk: chunk.reduce(elementBytes, *))
            file.new?.didCreateDataset(
                path, type: created.storedType.layout, shape: shape, chunks: digestsChunks ? chunks : nil)
            return created
        }
    }

    /// Creates the dataset `name` of a shape and writes all of it; `values` are row-major.
    /// - Throws: ``StoreError`` as ``createDataset(_:of:shape:deflate:)`` does.
    @discardableResult
    public func write<Element: HDF5Scalar>(
        _ values: UnsafeBufferPointer<Element>, to name: String, shape: [Int], deflate: Int? = nil
    ) throws(StoreError) -> HDF5Dataset {
        let dataset = try createDataset(name, of: Element.self, shape: shape, deflate: deflate)
        try dataset.write(values, rows: 0..<dataset.rows)
        return dataset
    }

    /// As ``write(_:to:shape:deflate:)-(UnsafeBufferPointer<Element>,_,_,_)``; without a shape, one dimension.
    @discardableResult
    public func write<Element: HDF5Scalar>(
        _ values: [Element], to name: String, shape: [Int]? = nil, deflate: Int? = nil
    ) throws(StoreError) -> HDF5Dataset {
        let shape = shape ?? [values.count]
        return try values.withUnsafeBufferPointer { (buffer) throws(StoreError) in
            try write(buffer, to: name, shape: shape, deflate: deflate)
        }
    }
}
