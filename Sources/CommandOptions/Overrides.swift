import ArgumentParser
import Spelling

/// Requires every argument to be an override, `key=value`.
///
/// - Parameter commands: names that one may have meant: what is no command is an argument of the default one.
/// - Throws: `ValidationError` that names the command which was meant, where one is near.
package func requireOverrides(_ arguments: [String], commands: [String] = []) throws {
    guard let stray = arguments.first(where: { !$0.contains("=") }) else { return }
    let typed = stray.lowercased()
    if let meant = commands.nearest(to: stray), editDistance(typed, meant) <= 2 || typed.hasPrefix(meant) {
        throw ValidationError(
            "there is no command '\(stray)': did you mean '\(meant)'? Overrides are written as key=value.")
    }
    let what = commands.isEmpty ? "is no override" : "is neither a command nor an override"
    throw ValidationError("'\(stray)' \(what): write overrides as key=value.")
}
