import Foundation
import Yams

extension Configuration {
    /// The defaults, changed by a YAML file, changed by overrides, and validated.
    /// - Parameters:
    ///   - file: Path of a YAML file; `nil` = ``embeddedDefault``.
    ///   - overrides: `key=value` with dotted keys; later ones win.
    /// - Throws: ``ConfigurationError``.
    public init(file: String?, overrides: [String] = []) throws(ConfigurationError) {
        self.init()
        if let file {
            try apply(yaml: Self.text(of: file), place: file)
        } else {
            try apply(yaml: Self.embeddedDefault, place: "embedded default")
        }
        try apply(overrides: overrides)
        try validate()
    }

    /// The defaults, changed by YAML text; not validated.
    /// - Parameters:
    ///   - yaml: A mapping, nested or with dotted keys; keys that are not there keep their default.
    ///   - place: What the text is, for messages.
    /// - Throws: ``ConfigurationError``.
    public init(yaml: String, place: String) throws(ConfigurationError) {
        self.init()
        try apply(yaml: yaml, place: place)
    }

    /// Changes the settings that YAML text names.
    public mutating func apply(yaml: String, place: String) throws(ConfigurationError) {
        guard let root = try Self.compose(yaml, place: place) else { return }
        guard let mapping = root.mapping else {
            throw .malformed(place: place, reason: "found \(root.shown), wanted keys with values")
        }
        try apply(ConfigurationReader(place: place).values(of: mapping))
    }

    /// Changes the settings that overrides name; later ones win.
    /// - Parameter overrides: `key=value` each; the value is YAML, for example `[8, 8]`, `null` or `1e-3`.
    public mutating func apply(overrides: [String]) throws(ConfigurationError) {
        var values: [String: String] = [:]
        for override in overrides { values.merge(try Self.values(of: override)) { $1 } }
        apply(values)
    }

    private static func values(of override: String) throws(ConfigurationError) -> [String: String] {
        let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw .malformedOverride(override) }
        let place = "override '\(override)'"
        let name = parts[0].trimmingCharacters(in: .whitespaces)
        let value = try compose(String(parts[1]), place: place) ?? Node("null")
        // Marks point into the value alone, which has one line: the place says enough without them.
        return try ConfigurationReader(place: place, showsLines: false).values(
            of: Node.Mapping([(Node(name), value)]))
    }

    /// Puts checked values (YAML text by dotted key) in place of the present ones.
    ///
    /// By way of `Decodable`, from nested mappings whose keys are the names of the properties.
    private mutating func apply(_ values: [String: String]) {
        if values.isEmpty { return }
        let profile = values["profile"].flatMap(Profile.init)?.settings ?? [:]
        let values = profile.merging(values) { $1 }
        do {
            var root = Node([(Node, Node)]())
            for setting in settings {
                root.insert(
                    try Yams.compose(yaml: values[setting.name] ?? setting.text)!, at: setting.path[...])
            }
            self = try YAMLDecoder().decode(Configuration.self, from: root)
        } catch {
            preconditionFailure("checked settings do not decode: \(error)")
        }
    }

    /// More bytes than this are no configuration.
    private static let sizeLimit = 1 << 20

    private static func text(of file: String) throws(ConfigurationError) -> String {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path)
        if let size = attributes?[.size] as? Int, size > sizeLimit {
            throw .unreadable(file: file, reason: "it has \(size) bytes, a configuration a few thousand")
        }
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw .unreadable(
                file: file,
                reason: FileManager.default.fileExists(atPath: file)
                    ? "it is no readable UTF-8 text file" : "there is no such file")
        }
    }

    private static func compose(_ yaml: String, place: String) throws(ConfigurationError) -> Node? {
        guard yaml.utf8.count <= sizeLimit else {
            throw .malformed(place: place, reason: "it is longer than \(sizeLimit) bytes")
        }
        // Before the parser puts them in: a few lines of aliases of aliases become gigabytes.
        let uncommented = yaml.replacing(/(?:^|\s)#[^\n]*/, with: "")
        if let alias = uncommented.firstMatch(of: /(?:^|[\s\[{,:?-])\*[\w-]+/) {
            throw .malformed(
                place: place,
                reason:
                    "'\(alias.output.drop { $0 != "*" }.prefix(40))' is an alias, which are not read: write the "
                    + "value itself")
        }
        do {
            return try Yams.compose(yaml: yaml)
        } catch {
            throw .malformed(place: place, reason: "\(error)")
        }
    }
}

extension Node {
    /// Puts `value` into nested mappings.
    fileprivate mutating func insert(_ value: Node, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = value
            return
        }
        var child = self[name] ?? Node([(Node, Node)]())
        child.insert(value, at: path.dropFirst())
        self[name] = child
    }
}
