import Files
import Foundation

/// A file that grows by whole entries, for readers that look at it while it does.
///
/// An entry is handed to the system whole, so a killed run leaves whole entries, and read back, so that the file is what
/// was written when the run ends well. Not thread-safe.
final class AppendingFile {
    private let path: String
    private let descriptor: Int32

    /// Opens the file with `contents` and nothing else.
    ///
    /// A new file takes the place of the old one by renaming, so a crash leaves one or the other.
    /// - Throws: `StoreError`, ``RunLogError``.
    init(path: String, contents: [UInt8]) throws {
        try AtomicFile.write(contents, to: path)
        self.path = path
        descriptor = open(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw RunLogError("open", path) }
    }

    deinit { close(descriptor) }

    /// Adds an entry. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    func append(_ entry: [UInt8]) throws(RunLogError) {
        let length = lseek(descriptor, 0, SEEK_END)
        guard Self.write(entry, to: descriptor), isThere(entry, at: length) else {
            let error = RunLogError("append to", path)
            ftruncate(descriptor, length)
            throw error
        }
    }

    /// Whether the file ends with an entry; `false` leaves the reason in `errno`.
    private func isThere(_ entry: [UInt8], at offset: off_t) -> Bool {
        var found = [UInt8](repeating: 0, count: entry.count)
        guard fdatasync(descriptor) == 0 else { return false }
        let count = found.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
        if count < 0 { return false }
        errno = EIO
        return count == entry.count && found == entry
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
