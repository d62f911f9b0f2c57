import Glibc

/// Reads the fields of a reader's record as numbers, categories, labels and ids.
struct NumberParser {
    private let reader: DelimitedReader
    private let header: TableHeader
    private let decimal: UInt8

    /// - Parameter decimal: what stands between the whole part of a number and the rest.
    init(_ reader: DelimitedReader, _ header: TableHeader, decimal: UInt8) {
        self.reader = reader
        self.header = header
        self.decimal = decimal
    }

    private func place(_ column: Int) -> String { "line \(reader.line), column '\(header.name(column))'" }

    /// A number, 1 and 0 of truth values; NaN where it is missing.
    /// - Throws: ``DatasetError`` where it is neither, or is missing but required.
    func number(_ column: Int, isRequired: Bool) throws(DatasetError) -> Double {
        let value = parsed(reader.bytes, reader.range(column))
        if let value, value.isFinite, Float(value).isFinite { return value }
        let text = try reader.text(column)
        switch text {
        case "True", "TRUE", "true": return 1
        case "False", "FALSE", "false": return 0
        default: break
        }
        guard MissingText.standsForNumber(text) else {
            // White space of other alphabets than ASCII's.
            let bytes = Array(text.utf8) + [0]
            if value == nil, let value = parsed(bytes, 0..<bytes.count - 1), Float(value).isFinite {
                return value
            }
            throw DatasetError(
                reader.path, "\(place(column)): '\(text.prefix(40))' is not a finite number",
                advice: value == nil
                    ? "name the column with --label or --id, leave it out with --drop, or make a feature of each of its "
                        + "values with --one-hot" : nil)
        }
        guard !isRequired else { throw missing(column) }
        return .nan
    }

    /// A category; nil where it is missing.
    /// - Throws: ``DatasetError`` where it is missing but required.
    func category(_ column: Int, isRequired: Bool) throws(DatasetError) -> String? {
        let text = try reader.text(column)
        guard MissingText.standsForLabel(text) else { return text }
        guard !isRequired else { throw missing(column) }
        return nil
    }

    /// A label or an id.
    /// - Throws: ``DatasetError`` where it is missing.
    func key(_ column: Int, isLabel: Bool) throws(DatasetError) -> String {
        let text = try reader.text(column)
        guard !text.isEmpty else {
            throw DatasetError(
                reader.path, "line \(reader.line) has nothing in column '\(header.name(column))'",
                advice: "leave such rows out")
        }
        guard !isLabel || !MissingText.standsForLabel(text) else {
            throw DatasetError(
                reader.path, "\(place(column)): the label is missing, it is '\(text)'",
                advice: "leave such rows out, or give the class another name")
        }
        return text
    }

    private func missing(_ column: Int) -> DatasetError {
        DatasetError(
            reader.path, "\(place(column)): the value is missing",
            advice: "mend it, or replace missing values with --impute mean, median or zero")
    }

    /// A decimal number between blanks in `range`, behind which is a NUL; nil for anything else.
    private func parsed(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        guard decimal == UInt8(ascii: ".") else {
            var text = bytes[range].map {
                $0 == decimal ? UInt8(ascii: ".") : $0 == UInt8(ascii: ".") ? decimal : $0
            }
            text.append(0)
            return NumberParser.pointed(text, 0..<range.count)
        }
        return NumberParser.pointed(bytes, range)
    }

    private static func pointed(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        bytes.withUnsafeBytes { bytes in
            guard let first = bytes[range].first(where: { $0 != 0x20 && $0 != 0x09 }),
                // Neither hexadecimal nor a word, both of which strtod would take.
                first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
                !bytes[range].contains(where: {
                    $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "n")
                })
            else { return nil }
            let start = bytes.baseAddress! + range.lowerBound
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start.assumingMemoryBound(to: CChar.self), &end)
            guard let end else { return nil }
            let rest = UnsafeRawPointer(end) - bytes.baseAddress!
            guard rest > range.lowerBound else { return nil }
            return bytes[rest..<range.upperBound].allSatisfy { $0 == 0x20 || $0 == 0x09 } ? value : nil
        }
    }
}
