/// A stored property of a configuration that is no section, with its value.
struct Setting {
    /// Names of the properties that lead to it.
    let path: [String]
    /// What its value may be.
    let kind: ConfigurationKey.Kind
    /// Whether the value may be `null`.
    let isOptional: Bool
    /// The value as YAML text.
    let text: String

    /// The dotted YAML key.
    var name: String { path.map(Self.snakeCase).joined(separator: ".") }

    /// The settings within `section`, a structure whose name is the end of `path`.
    static func collect(of section: Any, path: [String]) -> [Setting] {
        Mirror(reflecting: section).children.flatMap { child -> [Setting] in
            let path = path + [child.label!]
            return Setting(path: path, value: child.value).map { [$0] }
                ?? collect(of: child.value, path: path)
        }
    }

    /// The setting at `path`; `nil` if `value` is a section.
    private init?(path: [String], value: Any) {
        self.path = path
        // An optional matches the pattern of what it holds, so it comes first.
        let isOptionalInteger = type(of: value) == Int?.self
        isOptional = isOptionalInteger || type(of: value) == Double?.self
        switch value {
        case let value as Int? where isOptionalInteger:
            kind = .integer
            text = value.map(String.init) ?? "null"
        case let value as Double? where isOptional:
            kind = .number
            text = value.map(Self.text) ?? "null"
        case let value as Int:
            kind = .integer
            text = String(value)
        case let value as Double:
            kind = .number
            text = Self.text(of: value)
        case let value as Bool:
            kind = .boolean
            text = String(value)
        case let value as [Int]:
            kind = .integers
            text = "[" + value.map(String.init).joined(separator: ", ") + "]"
        case let value as any Choice:
            kind = .word(type(of: value).words)
            text = value.rawValue
        default:
            precondition(Mirror(reflecting: value).displayStyle == .struct, "no YAML form for \(path)")
            return nil
        }
    }

    /// The shortest text that reads back as `value`; YAML 1.1 readers take `1e-07` for a word, not `1.0e-07`.
    private static func text(of value: Double) -> String {
        let text = value.description
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// `maxLeaves` becomes `max_leaves`.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            text += character.isUppercase ? "_" + character.lowercased() : String(character)
        }
    }
}
