import Files
import Glibc

/// Directories that are there with all their files or not at all.
enum AtomicDirectory {
    /// Fills a hidden directory beside `path` through `body`, and renames it to `path`, which must be
    /// missing or empty. On any error the hidden directory goes; the error is told of `path`.
    /// - Throws: ``StoreError``, or whatever `body` throws.
    static func write(to path: String, body: (String) throws -> Void) throws {
        try Directory.create(Directory.parent(of: path))
        TemporaryEntry.removeAbandoned(for: path)
        let temporary = TemporaryEntry.name(for: path)
        do {
            if mkdir(temporary, 0o777) != 0 {
                throw StoreError(operation: "make the directory", file: temporary)
            }
            let descriptor = open(temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if descriptor < 0 { throw StoreError(operation: "open", file: temporary) }
            defer { close(descriptor) }
            TemporaryEntry.claim(descriptor)
            try body(temporary)
            try Directory.synchronize(temporary)
            if rename(temporary, path) != 0 { throw StoreError(operation: "rename to", file: path) }
            try Directory.synchronize(Directory.parent(of: path))
        } catch {
            Directory.remove(temporary)
            if var failure = error as? StoreError, failure.file.hasPrefix(temporary) {
                failure.file = path + failure.file.dropFirst(temporary.count)
                throw failure
            }
            throw error
        }
    }
}
