import Glibc
import Store

/// Directories that are there with all their files or not at all.
enum AtomicDirectory {
    /// Fills a hidden directory beside `path` through `body`, and renames it to `path`, which must be
    /// missing or empty. On any error the hidden directory goes; the error is told of `path`.
    /// - Throws: ``StoreError``, or whatever `body` throws.
    static func write(to path: String, body: (String) throws -> Void) throws {
        try Directory.create(Directory.parent(of: path))
        let temporary = AtomicFile.temporarySibling(of: path)
        do {
            try Directory.create(temporary)
            try body(temporary)
            try AtomicFile.synchronize(temporary)
            if rename(temporary, path) != 0 { throw StoreError(operation: "rename to", file: path) }
            try AtomicFile.synchronize(Directory.parent(of: path))
        } catch {
            // A library that could not write a file may hold it open: give the space back all the same.
            for name in (try? Directory.list(temporary)) ?? [] {
                _ = truncate(Directory.join(temporary, name), 0)
            }
            Directory.remove(temporary)
            if var failure = error as? StoreError, failure.file.hasPrefix(temporary) {
                failure.file = path + failure.file.dropFirst(temporary.count)
                throw failure
            }
            throw error
        }
    }
}
