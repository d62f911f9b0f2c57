import Foundation

/// Reads `metrics.jsonl` while another process writes it.
public struct MetricsTail {
    private let path: String
    private var offset: UInt64 = 0
    private var file: UInt64?

    /// A reader from the first line on.
    public init(path: String) {
        self.path = path
    }

    /// What came since the last call.
    public struct News: Equatable, Sendable {
        /// Epochs whose lines are whole, in order.
        public var epochs: [EpochRecord]
        /// Whether the log was begun anew, as a resumed run does: the epochs are those from the first on.
        public var isAnew: Bool
    }

    /// Epochs that were not there at the last call.
    ///
    /// - Throws: ``RunLogError`` where the log cannot be read, `DecodingError` where a line is none of a run's.
    public mutating func next() throws -> News {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw RunLogError("read", path) }
        defer { try? handle.close() }
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0 else { throw RunLogError("read", path) }
        var news = News(epochs: [], isAnew: false)
        // A resumed run puts a new file in the place of the old one.
        if file != UInt64(status.st_ino) || offset > UInt64(status.st_size) {
            news.isAnew = file != nil
            file = UInt64(status.st_ino)
            offset = 0
        }
        try handle.seek(toOffset: offset)
        let text = try handle.readToEnd() ?? Data()
        guard let end = text.lastIndex(of: UInt8(ascii: "\n")) else { return news }
        for line in text[...end].split(separator: UInt8(ascii: "\n")) {
            news.epochs.append(try JSONDecoder().decode(EpochRecord.self, from: Data(line)))
        }
        offset += UInt64(text.distance(from: text.startIndex, to: end) + 1)
        return news
    }
}
