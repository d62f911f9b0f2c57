import Yams

/// Turns a YAML mapping into values (as YAML text) by dotted key, each known and of the right type.
struct ConfigurationReader {
    /// What is being read, for messages.
    let place: String
    /// Whether messages add the line.
    var showsLines = true

    /// The values of a mapping.
    /// - Throws: ``ConfigurationError`` for an unknown or repeated key, or a value of the wrong type.
    func values(of mapping: Node.Mapping) throws(ConfigurationError) -> [String: String] {
        var values: [String: String] = [:]
        try collect(mapping, prefix: "", into: &values)
        return values
    }

    private func collect(
        _ mapping: Node.Mapping, prefix: String, into values: inout [String: String]
    ) throws(ConfigurationError) {
        for (label, value) in mapping {
            let name = prefix + (label.string ?? label.shown)
            let place = showsLines ? "\(place):\(label.mark?.line ?? 0)" : place
            if let key = Configuration.keys.first(where: { $0.name == name }) {
                guard values[name] == nil else { throw .repeatedKey(name, place: place) }
                guard let text = key.text(of: value) else {
                    throw .wrongType(key: name, place: place, found: value.shown, wanted: key.wanted)
                }
                values[name] = text
            } else if let section = value.mapping, !section.isEmpty {
                try collect(section, prefix: name + ".", into: &values)
            } else if !Configuration.sections.contains(name) {
                throw .unknownKey(name, place: place, nearest: Configuration.nearestKey(to: name))
            } else if !value.isNull, value.mapping == nil {
                // A section with nothing in it is one whose keys are all commented out.
                throw .wrongType(
                    key: name, place: place, found: value.shown,
                    wanted: "a section with keys such as "
                        + Configuration.keys.first { $0.name.hasPrefix(name + ".") }!.name)
            }
        }
    }
}

extension ConfigurationKey {
    /// The value of `node` as plain YAML text, or `nil` if it is not of this type.
    fileprivate func text(of node: Node) -> String? {
        if isOptional, node.isNull { return "null" }
        switch kind {
        case .integer: return node.integer.map(String.init)
        case .number: return node.plain.flatMap { Double($0) }.flatMap { $0.isFinite ? $0.description : nil }
        case .boolean: return node.plain.flatMap { Bool($0.lowercased()) }.map(String.init)
        case .word(let words): return node.scalar.flatMap { words.contains($0.string) ? $0.string : nil }
        case .integers:
            guard let sequence = node.sequence else { return nil }
            let integers = sequence.compactMap(\.integer)
            return integers.count == sequence.count ? "\(integers)" : nil
        }
    }
}

extension Node {
    /// Text of a scalar without quotes: what may be a number or a truth value.
    fileprivate var plain: String? {
        scalar.flatMap { [.any, .plain].contains($0.style) ? $0.string : nil }
    }

    /// A whole number.
    fileprivate var integer: Int? { plain.flatMap { Int($0) } }

    /// Whether this is `null`, `~` or nothing.
    fileprivate var isNull: Bool { plain.map { ["null", "Null", "NULL", "~", ""].contains($0) } ?? false }

    /// The value as it was written, for messages, and of long ones the beginning.
    var shown: String {
        switch self {
        case .scalar(let scalar):
            plain.map { $0.isEmpty ? "nothing" : Self.beginning($0) }
                ?? "the text \"\(Self.beginning(scalar.string))\""
        case .sequence(let sequence) where sequence.allSatisfy { $0.sequence == nil }:
            "[" + sequence.prefix(16).map(\.shown).joined(separator: ", ")
                + (sequence.count > 16 ? ", …]" : "]")
        case .sequence: "a list of lists"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }

    private static func beginning(_ text: String) -> String {
        text.utf8.count > 200 ? text.prefix(100) + "…" : text
    }
}
