internal import CCheckedFile
internal import CHDF5
import Files
import Glibc

/// The making of an HDF5 file, new or a changed copy: where it is written, what went wrong, and all that is to be in it.
final class NewFile {
    /// What HDF5's driver writes through.
    let state: UnsafeMutablePointer<checked_file>
    private let file: AtomicFile
    private var failure: StoreError?
    private var contents = Contents()
    private var columns: [String: ColumnDigest] = [:]
    private let hasDigest: Bool
    private let isCopy: Bool

    /// Creates the file under its temporary name.
    init(_ path: String) throws(StoreError) {
        file = try AtomicFile(path)
        state = .allocate(capacity: 1)
        state.initialize(to: checked_file(descriptor: file.descriptor, failure: 0))
        (hasDigest, isCopy) = (true, false)
    }

    /// Copies the file under its temporary name.
    /// - Parameters:
    ///   - contents: what is in it.
    ///   - hasDigest: whether the copy gets a digest.
    init(copying path: String, _ contents: Contents, hasDigest: Bool) throws(StoreError) {
        file = try AtomicFile(copying: path)
        state = .allocate(capacity: 1)
        state.initialize(to: checked_file(descriptor: file.descriptor, failure: 0))
        (self.contents, self.hasDigest, isCopy) = (contents, hasDigest, true)
    }

    deinit { state.deallocate() }

    /// Something could not be done where no error can be thrown. The caller holds the library.
    func didFail(_ operation: String) {
        failure = failure ?? StoreError(operation: operation, file: file.path, reason: Library.errorStack())
    }

    /// Whatever failed once has failed for good.
    /// - Throws: ``StoreError`` with the first reason.
    func check() throws(StoreError) {
        if let failure { throw failure }
        if state.pointee.failure == 0 { return }
        throw StoreError(
            operation: "write", file: file.path, reason: String(cString: strerror(state.pointee.failure)))
    }

    /// Nothing more is written: the file is given up.
    func abandon() {
        if state.pointee.failure == 0 { state.pointee.failure = ECANCELED }
    }

    /// Removes what was given up; HDF5 has closed it.
    func discard() { file.discard() }

    /// A group was made.
    func didCreateGroup(_ path: String) { contents.setGroup(path) }

    /// Something was removed, with all below it.
    func didRemove(_ path: String) {
        contents.remove(path)
        columns = columns.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
    }

    /// A dataset was made.
    func didCreateDataset(_ path: String, type: String, shape: [Int], chunks: ChunkDigests?) {
        columns[path] = ColumnDigest(type: type, shape: shape, chunks: chunks)
    }

    /// An attribute was written.
    func didSetAttribute(
        _ name: String, of path: String, type: String, shape: [Int], bytes: UnsafeRawBufferPointer
    ) {
        contents.setAttribute(name, of: path, type: type, shape: shape, bytes: bytes)
    }

    /// The row of a dataset that is to be written next.
    func nextRow(of path: String) -> Int { columns[path]?.nextRow ?? 0 }

    /// Rows of a dataset were written.
    func didWrite(_ bytes: UnsafeRawBufferPointer, rows: Int, to path: String) {
        columns[path]?.take(bytes, rows: rows)
    }

    /// Writes the digests into the file; it is to be closed next.
    /// - Throws: ``StoreError`` where rows of a dataset are missing.
    func finish(_ hdf5: HDF5File) throws(StoreError) -> Contents {
        for (path, column) in columns {
            if let values = column.chunkValues() {
                try hdf5.object(path).setAttribute(ChunkDigests.attribute, to: values)
            }
            try column.describe(path, in: &contents, file: file.path)
        }
        if hasDigest { try hdf5.root.setAttribute(Contents.attribute, to: contents.digest) }
        return contents
    }

    /// Reads the closed file back and puts it into its place.
    func commit(_ contents: Contents) throws(StoreError) {
        try check()
        try file.commit { (temporary) throws(StoreError) in
            let written = try HDF5File.open(temporary)
            let difference = try written.contents(leavesUnreadable: isCopy).firstDifference(from: contents)
            let digest = try written.recordedDigest
            try written.close()
            if difference != nil || digest != (hasDigest ? contents.digest : "") {
                throw .lost(difference, file: file.path)
            }
        }
    }
}
