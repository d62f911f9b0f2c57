import ArgumentParser

@main
struct TreeVAEDist: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treevae-dist",
        subcommands: [PrepareCommand.self, ScoreCommand.self])
}
