internal import CCheckedFile
internal import CHDF5
import Files

/// An open HDF5 file; closed by ``close()`` or when the last reference, its objects' included, goes.
///
/// The HDF5 library serves one thread at a time. Calls from several threads wait for each other, so a
/// handle may be passed on, but nothing is gained by using the module in parallel.
///
/// Files are written in the format of HDF5 1.10 (2016), the first in which all structure is checksummed:
/// an older format answers a damaged chunk index with fill values in place of an error.
public final class HDF5File {
    /// Path as given to ``create(_:)`` or ``open(_:)``.
    public let path: String
    let identifier: hid_t
    /// What makes the file, where it is a new one.
    let new: NewFile?
    private(set) var isOpen = true

    private init(path: String, identifier: hid_t, new: NewFile? = nil) {
        self.path = path
        self.identifier = identifier
        self.new = new
    }

    deinit {
        guard isOpen else { return }
        new?.abandon()
        Library.lockedQuietly { _ = H5Fclose(identifier) }
    }

    /// Starts a file, which is there once ``close()`` has returned (``AtomicFile``), with a digest of all that was
    /// written into it: the root's attribute `contents_digest`.
    ///
    /// Rows of a dataset are to be written in order, each once, and all of them.
    /// - Throws: ``StoreError`` where the file cannot be created.
    public static func create(_ path: String) throws(StoreError) -> HDF5File {
        let new = try NewFile(path)
        return try Library.locked { () throws(StoreError) in
            let access = try accessProperties(for: path, "create")
            defer { H5Pclose(access) }
            try Library.check(checked_file_select(access, new.state), "create", file: path)
            let creation = try Library.untimedProperties(chdf5_file_creation_class(), "create", file: path)
            defer { H5Pclose(creation) }
            let identifier = H5Fcreate(path, chdf5_truncate(), creation, access)
            return HDF5File(
                path: path, identifier: try Library.check(identifier, "create", file: path), new: new)
        }
    }

    /// Starts a changed copy of a file, which takes its place once ``close()`` has returned: what was neither removed
    /// nor written anew is then still there, byte by byte. A digest of the contents is kept if the file has one.
    ///
    /// - Throws: ``StoreError`` where the file cannot be read or the copy not be written.
    public static func edit(_ path: String) throws(StoreError) -> HDF5File {
        let original = try open(path)
        let contents = try original.contents(leavesUnreadable: true)
        let hasDigest = try original.hasDigest
        try original.close()
        let new = try NewFile(copying: path, contents, hasDigest: hasDigest)
        return try Library.locked { () throws(StoreError) in
            let access = try accessProperties(for: path, "edit")
            defer { H5Pclose(access) }
            try Library.check(checked_file_select(access, new.state), "edit", file: path)
            let identifier = H5Fopen(path, chdf5_read_write(), access)
            return HDF5File(
                path: path, identifier: try Library.check(identifier, "edit", file: path), new: new)
        }
    }

    /// Opens a file for reading.
    /// - Throws: ``StoreError`` where it is missing, unreadable, truncated or not HDF5.
    public static func open(_ path: String) throws(StoreError) -> HDF5File {
        // The library would wait for whoever writes to a pipe.
        if Directory.isSpecial(path) {
            throw StoreError(operation: "open", file: path, reason: "it is no regular file")
        }
        return try Library.locked { () throws(StoreError) in
            let access = try accessProperties(for: path, "open")
            defer { H5Pclose(access) }
            let identifier = H5Fopen(path, chdf5_read_only(), access)
            return HDF5File(path: path, identifier: try Library.check(identifier, "open", file: path))
        }
    }

    private static func accessProperties(for path: String, _ operation: String) throws(StoreError) -> hid_t {
        let access = try Library.check(
            H5Pcreate(chdf5_file_access_class()), operation, file: path)
        var status = H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
        // Closing the file closes what is still open in it, so that close() reports all that went wrong.
        if status >= 0 { status = H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) }
        // Locks fail on many cluster file systems, and atomic renames make them needless.
        if status >= 0 { status = H5Pset_file_locking(access, false, true) }
        if status < 0 {
            defer { H5Pclose(access) }
            try Library.check(status, operation, file: path)
        }
        return access
    }

    /// Bytes of the file.
    var size: Int {
        get throws(StoreError) {
            try Library.locked { () throws(StoreError) in
                var size: hsize_t = 0
                try Library.check(H5Fget_filesize(identifier, &size), "look at", file: path)
                return Int(clamping: size)
            }
        }
    }

    /// The group "/".
    public var root: HDF5Group {
        get throws(StoreError) {
            try Library.locked { () throws(StoreError) in
                let group = H5Gopen2(identifier, "/", chdf5_default_properties())
                return HDF5Group(
                    file: self, path: "/",
                    identifier: try Library.check(group, "open the group", file: path, object: "/"))
            }
        }
    }

    /// Closes the file and all that is open in it; a new one is read back and put into its place.
    /// - Throws: ``StoreError`` where something could not be written, or what the disk gives back is not what was
    ///   written: a new file is then never there.
    public func close() throws(StoreError) {
        guard isOpen else { return }
        guard let new else { return try closeIdentifier() }
        do throws(StoreError) {
            let contents = try new.finish(self)
            try closeIdentifier()
            try new.commit(contents)
        } catch {
            new.abandon()
            try? closeIdentifier()
            new.discard()
            throw error
        }
    }

    private func closeIdentifier() throws(StoreError) {
        guard isOpen else { return }
        isOpen = false
        try Library.locked { () throws(StoreError) in
            let flushed = H5Fflush(identifier, H5F_SCOPE_GLOBAL)
            let closed = H5Fclose(identifier)
            try Library.check(min(flushed, closed), new == nil ? "close" : "write", file: path)
        }
    }
}
