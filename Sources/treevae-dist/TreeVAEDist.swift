import ArgumentParser

@main
struct TreeVAEDist: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treevae-dist", subcommands: [ScoreCommand.self])
}
