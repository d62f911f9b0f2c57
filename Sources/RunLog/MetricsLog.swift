import Foundation

/// `OUT/metrics.jsonl`: one JSON object a line, one line for each epoch of each phase.
///
/// A line is handed to the system whole when its epoch ends, so a killed run leaves whole lines.
/// Not thread-safe.
public final class MetricsLog {
    /// Where the file is.
    public let path: String
    private let descriptor: Int32

    /// Opens the log with exactly the lines of `history`, so that a resumed run has no line of an epoch
    /// that will be run again.
    ///
    /// Lines are never cut off in place: a new file takes the place of the old one by renaming, so a crash
    /// leaves one or the other.
    /// - Parameters:
    ///   - path: The file; its directory exists.
    ///   - history: Epochs that the checkpoint knows; none for a new run.
    /// - Throws: ``RunLogError``.
    public init(path: String, history: [EpochRecord] = []) throws(RunLogError) {
        self.path = path
        let text = history.map { $0.jsonLine() + "\n" }.joined()
        let temporary = path + ".partial"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC
        descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { throw RunLogError("create", temporary) }
        // The open file keeps its descriptor through the renaming, and later lines go on from here.
        guard Self.write(text, to: descriptor), fsync(descriptor) == 0, rename(temporary, path) == 0 else {
            let error = RunLogError("write", path)
            unlink(temporary)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Adds one line. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    public func append(_ record: EpochRecord) throws(RunLogError) {
        let length = lseek(descriptor, 0, SEEK_END)
        guard Self.write(record.jsonLine() + "\n", to: descriptor) else {
            let error = RunLogError("append to", path)
            ftruncate(descriptor, length)
            throw error
        }
    }

    /// Writes all of `text`, going on where the system stopped short; `false` leaves the reason in `errno`.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
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
