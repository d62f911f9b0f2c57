import Foundation

extension EpochRecord: Codable {
    private enum NameKey: String, CodingKey { case phase }

    /// Writes the phase and every column; a number that is not finite becomes `null`, which JSON has.
    public func encode(to encoder: any Encoder) throws {
        var name = encoder.container(keyedBy: NameKey.self)
        try name.encode(phase, forKey: .phase)
        var container = encoder.container(keyedBy: Column.self)
        for column in Column.allCases {
            guard let value = self[column] else { continue }
            if column.isCount {
                try container.encode(Int(value), forKey: column)
            } else if value.isFinite {
                try container.encode(value, forKey: column)
            } else {
                try container.encodeNil(forKey: column)
            }
        }
    }

    /// Reads what ``encode(to:)`` writes; `null` becomes NaN.
    /// - Throws: `DecodingError` where a column is missing that all runs have.
    public init(from decoder: any Decoder) throws {
        let phase = try decoder.container(keyedBy: NameKey.self).decode(String.self, forKey: .phase)
        let container = try decoder.container(keyedBy: Column.self)
        var values: [Column: Double] = [:]
        for column in Column.allCases {
            guard container.contains(column) else {
                if column.isOptional { continue }
                throw DecodingError.keyNotFound(
                    column, .init(codingPath: container.codingPath, debugDescription: "every run has it"))
            }
            values[column] =
                column.isCount
                ? try Double(Self.count(column, in: container))
                : try container.decodeIfPresent(Double.self, forKey: column) ?? .nan
        }
        self.init(phase: phase) { values[$0] }
    }

    /// A count that a run can have come to.
    private static func count(_ column: Column, in container: KeyedDecodingContainer<Column>) throws -> Int {
        let count = try container.decode(Int.self, forKey: column)
        guard (0...Int(Int32.max)).contains(count) else {
            throw DecodingError.dataCorruptedError(
                forKey: column, in: container, debugDescription: "no run has that")
        }
        return count
    }

    /// One line of `metrics.jsonl`, without the newline.
    func jsonLine() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding can only fail on numbers that are not finite, and those are written as null.
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
