import Foundation

extension Encodable {
    /// One JSON object on one line, keys in alphabetical order: what `--json` prints. JSON has no word for numbers that
    /// are not finite: they are the texts "nan", "inf" and "-inf".
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
