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
    public init(from decoder: any Decoder) throws {
        let phase = try decoder.container(keyedBy: NameKey.self).decode(String.self, forKey: .phase)
        let container = try decoder.container(keyedBy: Column.self)
        var values: [Column: Double] = [:]
        for column in Column.allCases where container.contains(column) {
            values[column] = try container.decodeIfPresent(Double.self, forKey: column) ?? .nan
        }
        self.init(phase: phase) { values[$0] }
    }

    /// One line of `metrics.jsonl`, without the newline.
    func jsonLine() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding can only fail on numbers that are not finite, and those are written as null.
        return String(decoding: try! encoder.encode(self), as: UTF8.self)
    }
}
