/// Why a configuration was refused. The description names the place, what is there and what to do.
public enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(file: String, reason: String)
    /// The text is no YAML, or no mapping of keys to values.
    case malformed(place: String, reason: String)
    /// An override is not of the form `key=value`.
    case malformedOverride(String)
    /// No setting has this name.
    case unknownKey(String, place: String, nearest: String)
    /// The same key twice, nested and dotted.
    case repeatedKey(String, place: String)
    /// A value that is not of the setting's type.
    case wrongType(key: String, place: String, found: String, wanted: String)
    /// Values of the right type that cannot be used.
    case invalid([Problem])

    /// A value that cannot be used.
    public struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// Dotted key.
        public let key: String
        /// The value, as YAML text.
        public let found: String
        /// What it must be, and why.
        public let rule: String

        /// One line.
        public var description: String { "\(key): found \(found), \(rule)" }
    }

    /// The message for people.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "cannot read the configuration \(file): \(reason)"
        case .malformed(let place, let reason):
            "\(place): not a configuration: \(reason)"
        case .malformedOverride(let text):
            "'\(text)' is no override; write key=value, for example training.batch_size=128"
        case .unknownKey(let key, let place, let nearest):
            "\(place): unknown key '\(key)'; the nearest known key is '\(nearest)'"
        case .repeatedKey(let key, let place):
            "\(place): key '\(key)' is given twice; keep one"
        case .wrongType(let key, let place, let found, let wanted):
            "\(place): key '\(key)': found \(found), wanted \(wanted)"
        case .invalid(let problems):
            "the configuration cannot be used:" + problems.map { "\n  \($0)" }.joined()
        }
    }
}
