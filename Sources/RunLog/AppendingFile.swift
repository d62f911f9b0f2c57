import Foundation

/// A file that grows by whole entries, for readers that look at it while it does.
///
/// An entry is handed to the system whole, so a killed run leaves whole entries. Not thread-safe.
final class AppendingFile {
    private let path: String
    private let descriptor: Int32

    /// Opens the file with `contents` and nothing else.
    ///
    /// A new file takes the place of the old one by renaming, so a crash leaves one or the other.
    /// - Throws: ``RunLogError``.
    init(path: String, contents: [UInt8]) throws(RunLogError) {
        self.path = path
        let temporary = path + ".partial"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC
        descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { throw RunLogError("create", temporary) }
        // The open file keeps its descriptor through the renaming, and later entries go on from here.
        guard Self.write(contents, to: descriptor), fsync(descriptor) == 0, rename(temporary, path) == 0
        else {
            let error = RunLogError("write", path)
            unlink(temporary)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Adds an entry. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    func append(_ entry: [UInt8]) throws(RunLogError) {
        let length = lseek(descriptor, 0, SEEK_END)
        guard Self.write(entry, to: descriptor) else {
            let error = RunLogError("append to", path)
            ftruncate(descriptor, length)
            throw error
        }
    }

    /// Writes all of `bytes`, going on where the system stopped short; `false` leaves the reason in `errno`.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
