import ArgumentParser

/// `treevae-dist manual`: the manual page.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page of all commands, for man.",
        discussion: """
            launch/install puts it where man finds it, with completions for bash, zsh and fish, which \
            'treevae-dist --generate-completion-script SHELL' prints.

            EXAMPLES:
              treevae-dist manual > ~/.local/share/man/man1/treevae-dist.1
            """)

    func run() throws {
        print(try ManualPage(TreeVAEDist._dumpHelp()).text, terminator: "")
    }
}
