import ArgumentParser

/// `treevae-dist cluster`: clusterings without training.
package struct ClusterCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Cluster samples, or the latents that a model has for them, without training.",
        subcommands: [ClusterWardCommand.self])

    package init() {}
}
