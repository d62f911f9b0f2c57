/// `OUT/metrics.jsonl`: one JSON object a line, one line for each epoch of each phase.
///
/// A line is handed to the system whole when its epoch ends, so a killed run leaves whole lines.
/// Not thread-safe.
public final class MetricsLog {
    /// Where the file is.
    public let path: String
    private let file: AppendingFile

    /// Opens the log with exactly the lines of `history`, so that a resumed run has no line of an epoch
    /// that will be run again.
    ///
    /// Lines are never cut off in place: a new file takes the place of the old one by renaming, so a crash
    /// leaves one or the other.
    /// - Parameters:
    ///   - path: The file; its directory exists.
    ///   - history: Epochs that the checkpoint knows; none for a new run.
    /// - Throws: `StoreError`, ``RunLogError``.
    public init(path: String, history: [EpochRecord] = []) throws {
        self.path = path
        file = try AppendingFile(path: path, contents: history.flatMap(Self.line))
    }

    /// Adds one line. Nothing of it stays if it cannot be written whole.
    /// - Throws: ``RunLogError``.
    public func append(_ record: EpochRecord) throws(RunLogError) {
        try file.append(Self.line(record))
    }

    private static func line(_ record: EpochRecord) -> [UInt8] { Array((record.jsonLine() + "\n").utf8) }
}
