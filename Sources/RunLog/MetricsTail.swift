import Files
import Foundation

/// Reads `metrics.jsonl` while another process writes it.
public struct MetricsTail {
    private let path: String
    private var offset = 0
    private var lines = 0
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
    /// - Throws: `StoreError` where the log cannot be read, ``DamagedLineError`` where a line is none of a run's.
    public mutating func next() throws -> News {
        let reader = try FileReader(path)
        var news = News(epochs: [], isAnew: false)
        // A resumed run puts a new file in the place of the old one.
        if file != reader.inode || offset > reader.count {
            news.isAnew = file != nil
            file = reader.inode
            offset = 0
            lines = 0
        }
        let text = try reader.bytes(offset..<reader.count)
        guard let end = text.lastIndex(of: UInt8(ascii: "\n")) else { return news }
        for line in text[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            lines += 1
            do {
                news.epochs.append(try JSONDecoder().decode(EpochRecord.self, from: Data(line)))
            } catch {
                throw DamagedLineError(path, lines)
            }
        }
        offset += end + 1
        return news
    }
}

/// A line of a run's log that no run has written.
public struct DamagedLineError: Error, Equatable, CustomStringConvertible {
    /// The file and the line.
    public let description: String

    init(_ path: String, _ line: Int) {
        description = "\(path):\(line): this is no line of a run's log: it is damaged, or was changed"
    }
}
