import Archives

/// Reads records of fields between separators (RFC 4180), a buffer at a time.
///
/// Fields may be quoted, with doubled quotes and line breaks inside; lines end with LF, CRLF or CR; a byte order
/// mark, Excel's line `sep=`, empty lines and records without any value are passed over; gzip is decompressed on the way.
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
    /// Whether a CR was last, of which a LF is the second half.
    private var wasReturn = false

    /// A record longer than this is an unclosed quote, or no text at all.
    static let recordLimit = 1 << 26

    /// - Throws: `ArchiveError` where the file cannot be opened, ``DatasetError`` where it is no text.
    init(_ path: String, separator: UInt8) throws {
        self.path = path
        self.separator = separator
        file = try GzipFile(path: path)
        try fill()
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(path, "it is UTF-16", advice: "convert it to UTF-8")
        }
        let first = buffer[position...].prefix { $0 != 0x0A && $0 != 0x0D }
        if first.count == 5, first.starts(with: Array("sep=".utf8)) { position += 5 }
    }

    /// Number of fields.
    var fieldCount: Int { ends.count }

    /// Whether the record begins as comments do.
    var beginsAsComment: Bool { bytes.first == UInt8(ascii: "#") }

    /// Where a field lies in ``bytes``, without the NUL.
    func range(_ field: Int) -> Range<Int> {
        (field == 0 ? 0 : ends[field - 1] + 1)..<ends[field]
    }

    /// A field as text, without the white space around it.
    /// - Throws: ``DatasetError`` where it is not UTF-8.
    func text(_ field: Int) throws(DatasetError) -> String {
        guard let text = String(validating: bytes[range(field)], as: UTF8.self) else {
            throw DatasetError(
                path, "line \(line), field \(field + 1) is not UTF-8 text",
                advice: "convert the file to UTF-8")
        }
        let isBlank = \Unicode.Scalar.properties.isWhitespace
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0[keyPath: isBlank] }),
            let last = scalars.lastIndex(where: { !$0[keyPath: isBlank] })
        else { return "" }
        return String(scalars[first...last])
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
        repeat {
            guard try nextRecord() else { return false }
        } while bytes.allSatisfy { $0 == 0 || $0 == 0x20 || $0 == 0x09 }
        return true
    }

    private func nextRecord() throws -> Bool {
        let quote = UInt8(ascii: "\"")
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        line = nextLine
        var state = State.start
        var isEnded = false
        while !isEnded {
            if position == buffer.count {
                try fill()
                if buffer.isEmpty {
                    if state == .quoted { throw DatasetError(path, "line \(line): a quote is not closed") }
                    if ends.isEmpty && bytes.isEmpty && state == .start { return false }
                    break
                }
            }
            let byte = buffer[position]
            position += 1
            let isSecondHalf = wasReturn && byte == 0x0A
            wasReturn = byte == 0x0D
            guard byte != 0 else {
                throw DatasetError(
                    path, "line \(nextLine): it holds a NUL byte", advice: "this is no text in UTF-8")
            }
            let isBreak = byte == 0x0A || byte == 0x0D
            if isBreak, !isSecondHalf { nextLine += 1 }
            switch state {
            case .quoted:
                if byte == quote { state = .closed } else { bytes.append(byte) }
            case _ where isSecondHalf:
                // The record has ended with the CR.
                line = nextLine
            case .closed where byte == quote:
                bytes.append(quote)
                state = .quoted
            case _ where byte == separator:
                endField()
                state = .start
            case _ where isBreak: isEnded = true
            case .closed:
                guard byte == 0x20 || byte == 0x09 else {
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
        return true
    }

    private func endField() {
        ends.append(bytes.count)
        bytes.append(0)
    }
}
