import ArgumentParser

/// A file to write.
package struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("File to write; its extension says in which format.", valueName: "file"),
        completion: .file())
    package var out: String

    @Flag(help: "Write over a file that is there already.")
    package var force = false

    package init() {}

    /// Requires an extension.
    package func validate(extensions: [String]) throws {
        guard !extensions.contains(where: { out.hasSuffix("." + $0) }) else { return }
        let names = extensions.map { "." + $0 }.joined(separator: ", ")
        throw ValidationError("--out \(out): the name must end in \(names).")
    }

    /// Refuses a file that is there already, unless told to write over it.
    package func check() throws { try refuseExisting(out, force: force) }
}
