import Glibc
import Synchronization

/// Files that are there whole or not at all.
public enum AtomicFile {
    /// Tells apart the temporary files that threads of this process write at the same time.
    private static let serial = Atomic<Int>(0)

    /// Writes the file at `path` through `body`, which creates, fills and closes the file it is given.
    ///
    /// That is a temporary file in the same directory. It is flushed to the disk, handed to `verify`, which
    /// reopens it and throws where it is not what it should be, renamed to `path`, and the directory is
    /// flushed too. Until the rename, `path` is what it was before; on any error the temporary file goes.
    /// - Throws: ``StoreError``, or whatever `body` or `verify` throw; an error about the temporary file is
    ///   told of `path`.
    public static func write(
        to path: String, verify: (String) throws -> Void = { _ in }, body: (String) throws -> Void
    ) throws {
        let temporary = temporarySibling(of: path)
        do {
            try body(temporary)
            try synchronize(temporary)
            try verify(temporary)
            if rename(temporary, path) != 0 { throw StoreError(operation: "rename to", file: path) }
            try synchronize(Directory.parent(of: path))
        } catch {
            // A library that could not write the file may hold it open: give the space back all the same.
            _ = truncate(temporary, 0)
            _ = unlink(temporary)
            if var failure = error as? StoreError, failure.file == temporary {
                failure.file = path
                throw failure
            }
            throw error
        }
    }

    /// Writes bytes to `path` as ``write(to:verify:body:)`` does.
    public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        try write(to: path) { temporary in
            let file = try FileWriter(temporary)
            try file.append(Array(bytes))
            try file.close()
        }
    }

    /// Writes text, as UTF-8, to `path` as ``write(to:verify:body:)`` does.
    public static func write(_ text: String, to path: String) throws {
        try write(text.utf8, to: path)
    }

    /// A name beside `path` that nobody else uses: hidden, with the process id.
    package static func temporarySibling(of path: String) -> String {
        let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
        return Directory.join(
            Directory.parent(of: path), "\(prefix(of: path, by: getpid()))\(number)\(suffix)")
    }

    /// Temporary files and directories beside `path` that a process which is gone has left behind.
    package static func unfinishedSiblings(of path: String, by process: Int32) -> [String] {
        let parent = Directory.parent(of: path)
        let prefix = prefix(of: path, by: process)
        return ((try? Directory.list(parent)) ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
            .map { Directory.join(parent, $0) }
    }

    private static func prefix(of path: String, by process: Int32) -> String {
        ".\(Directory.lastComponent(of: path)).\(process)."
    }
    private static let suffix = ".tmp"

    /// Waits until the file or directory at `path` is on the disk.
    package static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw StoreError(operation: "open", file: path) }
        defer { Glibc.close(descriptor) }
        // Some file systems cannot flush directories, and say so with EINVAL.
        if fsync(descriptor) != 0, errno != EINVAL { throw StoreError(operation: "flush", file: path) }
    }
}

extension StoreError {
    /// The error that the last failed system call left in `errno`.
    package init(operation: String, file: String) {
        self.init(operation: operation, file: file, reason: String(cString: strerror(errno)))
    }
}
