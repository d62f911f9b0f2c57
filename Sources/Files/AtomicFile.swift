import Glibc

/// A file that is there whole or not at all.
///
/// It is made under a ``TemporaryEntry`` in the same directory, flushed to the disk, read back, renamed, and the
/// directory flushed; until the rename its path is what it was before. The temporary file goes with the last
/// reference, unless ``commit(verify:)`` came to its end.
public final class AtomicFile {
    /// The name that it is for.
    package let path: String
    /// Open for reading and writing.
    package let descriptor: Int32
    private let temporary: String
    private var isOpen = true
    /// What the file was that this one is a copy of.
    private var original: stat?

    /// Creates the temporary file, and removes those for `path` that killed processes have left.
    /// - Throws: ``StoreError`` where it cannot be created, or `path` is a directory, a device or a pipe.
    package init(_ path: String) throws(StoreError) {
        var status = stat()
        if Directory.isSpecial(path) || Directory.exists(path) {
            throw StoreError(operation: "write", file: path, reason: "it is no regular file")
        }
        TemporaryEntry.removeAbandoned(for: path)
        self.path = path
        while true {
            let name = TemporaryEntry.name(for: path)
            let descriptor = Glibc.open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            if descriptor < 0 { throw StoreError(operation: "create", file: path) }
            TemporaryEntry.claim(descriptor)
            // Somebody who cleans up may have come between the two.
            if fstat(descriptor, &status) == 0, status.st_nlink == 0 {
                Glibc.close(descriptor)
                continue
            }
            self.descriptor = descriptor
            temporary = name
            return
        }
    }

    /// Creates the temporary file as a copy of the file at `path`, with its permissions; a link at `path` stays one.
    /// - Throws: ``StoreError`` where it cannot be read or written.
    package convenience init(copying path: String) throws(StoreError) {
        guard let resolved = realpath(path, nil) else { throw StoreError(operation: "open", file: path) }
        defer { free(resolved) }
        try self.init(String(cString: resolved))
        let source = Glibc.open(self.path, O_RDONLY | O_CLOEXEC)
        if source < 0 { throw StoreError(operation: "open", file: path) }
        defer { Glibc.close(source) }
        var status = stat()
        if fstat(source, &status) != 0 || fchmod(descriptor, status.st_mode & 0o777) != 0 {
            throw StoreError(operation: "copy", file: path)
        }
        original = status
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(source, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw StoreError(operation: "read", file: path) }
            if count == 0 { return }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    deinit { discard() }

    /// Appends bytes.
    /// - Throws: ``StoreError`` where they cannot be written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            if count == 0 { errno = EIO }
            if count <= 0 { throw StoreError(operation: "write", file: path) }
            written += count
        }
    }

    /// Refuses to put a changed copy in the place of what somebody else has changed meanwhile.
    private func requireOriginal() throws(StoreError) {
        guard let original else { return }
        var status = stat()
        guard stat(path, &status) == 0, status.st_ino == original.st_ino, status.st_size == original.st_size,
            status.st_mtim.tv_sec == original.st_mtim.tv_sec,
            status.st_mtim.tv_nsec == original.st_mtim.tv_nsec
        else {
            throw StoreError(
                operation: "write", file: path, reason: "somebody else has changed it meanwhile",
                hint: "do it again")
        }
    }

    /// Puts the file into its place.
    /// - Parameter verify: opens the temporary file that it is given, which is read from the disk and not from
    ///   memory, and throws where it is not what was written.
    /// - Throws: ``StoreError``, about `path`.
    package func commit(verify: (String) throws(StoreError) -> Void) throws(StoreError) {
        defer { discard() }
        do throws(StoreError) {
            if fsync(descriptor) != 0 { throw StoreError(operation: "flush", file: path) }
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            try verify(temporary)
            try requireOriginal()
            if rename(temporary, path) != 0 { throw StoreError(operation: "rename to", file: path) }
            try Directory.synchronize(Directory.parent(of: path))
        } catch {
            var error = error
            if error.file == temporary { error.file = path }
            throw error
        }
        isOpen = false
        if Glibc.close(descriptor) != 0 { throw StoreError(operation: "close", file: path) }
    }

    /// Removes the temporary file; nothing, once it is in its place.
    package func discard() {
        guard isOpen else { return }
        isOpen = false
        unlink(temporary)
        Glibc.close(descriptor)
    }

    /// Writes bytes to `path`.
    /// - Throws: ``StoreError``.
    public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(StoreError) {
        let file = try FileWriter(path)
        try file.append(Array(bytes))
        try file.close()
    }

    /// Writes text, as UTF-8, to `path`.
    /// - Throws: ``StoreError``.
    public static func write(_ text: String, to path: String) throws(StoreError) {
        try write(text.utf8, to: path)
    }
}

extension StoreError {
    /// The error that the last failed system call left in `errno`.
    package init(operation: String, file: String) {
        self.init(operation: operation, file: file, reason: String(cString: strerror(errno)))
    }

    /// What was read back is not what was written.
    package static func lost(_ what: String? = nil, file: String) -> StoreError {
        StoreError(
            operation: "write", file: file, object: what,
            reason: "the disk gives back something else than was written",
            hint: "look for errors of the disk in the system's log, or write somewhere else")
    }
}
