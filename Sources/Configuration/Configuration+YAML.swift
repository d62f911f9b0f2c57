extension Configuration {
    /// Every setting with its value as YAML text, in the order of declaration: what `OUT/config.yml` and a
    /// checkpoint hold. Loading it gives an equal configuration.
    /// - Parameter reasons: remarks on settings, by their keys.
    public func yaml(reasons: [String: String] = [:]) -> String {
        var text = ""
        var section: ArraySlice<Substring> = []
        for setting in settings {
            let parts = setting.name.split(separator: ".")
            let common = zip(section, parts.dropLast()).prefix { $0 == $1 }.count
            for level in common..<(parts.count - 1) {
                text += String(repeating: "  ", count: level) + parts[level] + ":\n"
            }
            text +=
                String(repeating: "  ", count: parts.count - 1) + parts.last! + ": " + setting.text
                + (reasons[setting.name].map { "  # chosen: \($0)" } ?? "") + "\n"
            section = parts.dropLast()
        }
        return text
    }
}

extension Configuration {
    /// Every setting: its dotted key, and its value as YAML has it.
    package var entries: [(key: String, value: String)] { settings.map { ($0.name, $0.text) } }
}
