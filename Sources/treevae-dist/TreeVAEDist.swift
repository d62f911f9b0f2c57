import ArgumentParser

@main
struct TreeVAEDist: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treevae-dist",
        abstract: "Train Tree Variational Autoencoders on any number of ranks.",
        subcommands: [TrainCommand.self, PrepareCommand.self, ScoreCommand.self, GradcheckCommand.self],
        defaultSubcommand: TrainCommand.self)
}
