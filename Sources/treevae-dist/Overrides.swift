import ArgumentParser
import Spelling

/// Requires every argument to be an override, `key=value`.
///
/// A mistyped command comes here, too: what is no command is an argument of the default one.
/// - Throws: `ValidationError` that names the command which was meant, where one is near.
func requireOverrides(_ arguments: [String]) throws {
    guard let stray = arguments.first(where: { !$0.contains("=") }) else { return }
    let commands = TreeVAEDist.configuration.subcommands.compactMap { $0.configuration.commandName }
    let typed = stray.lowercased()
    if let meant = commands.nearest(to: stray), editDistance(typed, meant) <= 2 || typed.hasPrefix(meant) {
        throw ValidationError(
            "there is no command '\(stray)': did you mean '\(meant)'? Overrides are written as key=value.")
    }
    throw ValidationError("'\(stray)' is neither a command nor an override: write overrides as key=value.")
}
