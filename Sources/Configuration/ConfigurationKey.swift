/// A setting: its dotted YAML key, the type of its value and its default.
public struct ConfigurationKey: Equatable, Sendable {
    /// Dotted YAML key, for example `growth.max_leaves`.
    public let name: String
    /// What its value may be.
    public let kind: Kind
    /// Whether the value may be `null`.
    public let isOptional: Bool
    /// The default as YAML text.
    public let defaultText: String

    /// What a value may be.
    public enum Kind: Equatable, Sendable {
        /// A whole number.
        case integer
        /// A finite number.
        case number
        /// `true` or `false`.
        case boolean
        /// A list of whole numbers.
        case integers
        /// One of these words.
        case word([String])
    }
}

extension ConfigurationKey {
    /// The type in words, for messages.
    var wanted: String {
        let type =
            switch kind {
            case .integer: "a whole number"
            case .number: "a finite number"
            case .boolean: "true or false"
            case .integers: "a list of whole numbers such as [8, 8]"
            case .word(let words) where words.count == 1: "'\(words[0])', the only one there is"
            case .word(let words): "one of " + words.joined(separator: ", ")
            }
        return isOptional ? type + " or null" : type
    }
}

extension Configuration {
    /// All settings, in the order of declaration: read off the stored properties of the defaults, so that
    /// no list has to be kept beside them.
    public static let keys: [ConfigurationKey] = Configuration().settings.map { setting in
        ConfigurationKey(
            name: setting.name, kind: setting.kind, isOptional: setting.isOptional, defaultText: setting.text)
    }

    /// The dotted names of the groups of settings, for example `model` and `model.batch_norm`.
    static let sections: Set<String> = Set(
        keys.flatMap { key in
            let parts = key.name.split(separator: ".")
            return (1..<parts.count).map { parts.prefix($0).joined(separator: ".") }
        })

    /// Every setting with its present value, in the order of declaration.
    var settings: [Setting] { Setting.collect(of: self, path: []) }
}
