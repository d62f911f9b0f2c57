import Archives

/// Reads records of fields between commas or tabs (RFC 4180), a buffer at a time.
///
/// Fields may be quoted, with doubled quotes and line breaks inside; lines end with LF or CRLF; a byte order
/// mark and empty lines are passed over; gzip is decompressed on the way.
final class DelimitedReader {
    /// Path of the file.
    let path: String
    /// Line on which the record begins, from 1.
    private(set) var line = 0
    /// The record's fields, each followed by a NUL.
    private(set) var bytes: [UInt8] = []
    /// Where each field ends in ``bytes``: the place of its NUL.
    private(set) var ends: [Int] = []

    private let file: GzipFile
    private let separator: UInt8
    private var buffer: [UInt8] = []
    private var position = 0
    private var nextLine = 1

    /// A record longer than this is an unclosed quote, or no text at all.
    static let recordLimit = 1 << 26

    /// - Throws: `ArchiveError` where the file cannot be opened, ``DatasetError`` where it is no text.
    init(_ path: String, separator: Character) throws {
        self.path = path
        self.separator = separator.asciiValue!
        file = try GzipFile(path: path)
        try fill()
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(path, "it is UTF-16", advice: "convert it to UTF-8")
        }
    }

    /// Number of fields.
    var fieldCount: Int { ends.count }

    /// Where a field lies in ``bytes``, without the NUL.
    func range(_ field: Int) -> Range<Int> {
        (field == 0 ? 0 : ends[field - 1] + 1)..<ends[field]
    }

    /// A field as text, without the white space around it.
    /// - Throws: ``DatasetError`` where it is not UTF-8.
    func text(_ field: Int) throws(DatasetError) -> String {
        var part = bytes[range(field)]
        while let last = part.last, last == 0x20 || last == 0x09 { part.removeLast() }
        part = part.drop { $0 == 0x20 || $0 == 0x09 }
        guard let text = String(validating: part, as: UTF8.self) else {
            throw DatasetError(path, "line \(line), field \(field + 1) is not UTF-8 text")
        }
        return text
    }

    private func fill() throws(ArchiveError) {
        buffer = try file.read(upTo: 1 << 18)
        position = 0
    }

    private enum State {
        case start, plain, quoted, closed
    }

    /// Goes on to the next record; returns whether there was one.
    /// - Throws: ``DatasetError`` naming the line where a quote is not closed or text follows one, or a NUL is
    ///   met; `ArchiveError` where compressed data are damaged.
    func next() throws -> Bool {
        let quote = UInt8(ascii: "\"")
        repeat {
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            line = nextLine
            var state = State.start
            var isEnded = false
            while !isEnded {
                if position == buffer.count {
                    try fill()
                    if buffer.isEmpty {
                        if state == .quoted {
                            throw DatasetError(path, "line \(line): a quote is not closed")
                        }
                        if ends.isEmpty && bytes.isEmpty && state == .start { return false }
                        break
                    }
                }
                let byte = buffer[position]
                position += 1
                guard byte != 0 else {
                    throw DatasetError(
                        path, "line \(nextLine): it holds a NUL byte", advice: "this is no text in UTF-8")
                }
                if byte == 0x0A { nextLine += 1 }
                switch state {
                case .quoted:
                    if byte == quote { state = .closed } else { bytes.append(byte) }
                case .closed where byte == quote:
                    bytes.append(quote)
                    state = .quoted
                case _ where byte == separator:
                    endField()
                    state = .start
                case _ where byte == 0x0A:
                    if state == .plain, bytes.last == 0x0D { bytes.removeLast() }
                    isEnded = true
                case .closed:
                    guard byte == 0x0D else {
                        throw DatasetError(path, "line \(nextLine): text follows a closing quote")
                    }
                case .start where byte == quote: state = .quoted
                case .start, .plain:
                    bytes.append(byte)
                    state = .plain
                }
                guard bytes.count < Self.recordLimit else {
                    throw DatasetError(
                        path, "line \(line): the record is longer than \(Self.recordLimit) bytes",
                        advice: "a quote may not be closed")
                }
            }
            endField()
        } while ends.count == 1 && bytes.count == 1
        return true
    }

    private func endField() {
        ends.append(bytes.count)
        bytes.append(0)
    }
}
