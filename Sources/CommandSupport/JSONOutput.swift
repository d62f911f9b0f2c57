import Foundation

extension Encodable {
    /// One JSON object on one line, keys in alphabetical order: what `--json` prints.
    ///
    /// - Throws: `EncodingError` for a number that is not finite, which JSON cannot write.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
