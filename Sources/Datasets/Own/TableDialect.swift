import Archives

/// How a table is written: what separates its fields, what its decimal point is, whether it has a header.
struct TableDialect: Equatable {
    /// Between the fields.
    var separator: UInt8
    /// Between the whole part and the rest of a number.
    var decimal: UInt8
    /// Whether the first record names the columns; nil where its contents are to say.
    var hasHeader: Bool?

    private static let separators = Array(",;\t|".utf8)

    /// What a file's beginning shows, where nothing is said.
    ///
    /// - Parameter standard: the separator of the kind of file, which counts where the beginning has none in all lines.
    /// - Throws: `ArchiveError` where the file cannot be read, ``DatasetError`` where it is no table of text, or commas
    ///   may be either of two things.
    init(of path: String, standard: Character, options: SourceOptions) throws {
        let beginning = try GzipFile(path: path).read(upTo: 1 << 18)
        if beginning.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            throw DatasetError(
                path, "it is a zip archive or a workbook",
                advice: "unpack it, or save its table as text with commas")
        }
        if beginning.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw DatasetError(path, "it is a workbook", advice: "save its table as text with commas")
        }
        hasHeader = options.hasHeader
        let lines = Self.lines(beginning)
        separator =
            options.separator?.asciiValue ?? Self.announced(lines)
            ?? Self.separator(of: lines, standard: standard)
        decimal = try options.decimal?.asciiValue ?? Self.decimal(of: lines, separator: separator, path: path)
        guard separator != decimal else {
            throw DatasetError(
                path, "fields and decimals have the same separator, '\(Character(UnicodeScalar(separator)))'",
                advice: "say what they are with --separator and --decimal")
        }
    }

    /// The separator of Excel's line `sep=;`, if that is the first.
    private static func announced(_ lines: [[UInt8]]) -> UInt8? {
        guard let first = lines.first, first.count == 5, first.starts(with: Array("sep=".utf8)) else {
            return nil
        }
        return first[4]
    }

    /// Lines outside of quotes, without comments and empty ones; the last may be cut off.
    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var isQuoted = false
        func end() {
            if !line.isEmpty, line[0] != UInt8(ascii: "#") { lines.append(line) }
            line = []
        }
        for byte in bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == 0x0A || byte == 0x0D {
                end()
                if lines.count == 200 { return lines }
            } else {
                line.append(byte)
            }
        }
        // What is cut off at the end of the beginning would have fewer fields than it has.
        if bytes.count < 1 << 18 || lines.isEmpty { end() }
        return lines
    }

    private static func fields(_ line: [UInt8], _ separator: UInt8) -> [ArraySlice<UInt8>] {
        var isQuoted = false
        return line.split(omittingEmptySubsequences: false) { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return !isQuoted && byte == separator
        }
    }

    /// The first separator by which all lines have as many fields, more than one.
    private static func separator(of lines: [[UInt8]], standard: Character) -> UInt8 {
        let standard = standard.asciiValue!
        let candidates = [standard] + separators.filter { $0 != standard }
        return candidates.first { candidate in
            let widths = lines.map { fields($0, candidate).count }
            return widths.first ?? 1 > 1 && widths.allSatisfy { $0 == widths[0] }
        }
            // Where lines differ in length, the reader says which does, by the separator that the header has.
            ?? candidates.first { fields(lines.first ?? [], $0).count > 1 } ?? standard
    }

    /// A comma where fields between other separators hold numbers with one.
    private static func decimal(
        of lines: [[UInt8]], separator: UInt8, path: String
    ) throws(DatasetError) -> UInt8 {
        let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
        guard separator != comma else { return point }
        var hasCommas = false
        var areThousands = true
        for field in lines.dropFirst().flatMap({ fields($0, separator) }) {
            let text = field.filter { $0 != 0x20 && $0 != UInt8(ascii: "\"") }
            guard text.contains(where: { (0x30...0x39).contains($0) }),
                text.allSatisfy({ (0x30...0x39).contains($0) || "+-eE.,".utf8.contains($0) })
            else { continue }
            if text.contains(point) { return point }
            let parts = text.split(separator: comma, omittingEmptySubsequences: false)
            guard parts.count > 1 else { continue }
            hasCommas = true
            if parts.count != 2 || parts[1].count != 3 || parts[0].count > 4 { areThousands = false }
        }
        guard hasCommas else { return point }
        guard !areThousands else {
            throw DatasetError(
                path, "its numbers have commas, which may separate thousands or decimals",
                advice: "say --decimal , for decimals; write numbers without separators of thousands")
        }
        return comma
    }
}
