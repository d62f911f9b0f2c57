import ArgumentParser
import Files

/// A file to write text to, in place of standard output.
package struct OptionalOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("File to write, in place of standard output.", valueName: "file"),
        completion: .file())
    package var out: String?

    @Flag(help: "Write over a file that is there already.")
    package var force = false

    package init() {}

    package func validate() throws {
        if force && out == nil {
            throw ValidationError("--force is about the file of --out, and there is none.")
        }
    }

    /// Writes the text where it is wanted, to a file whole or not at all.
    package func write(_ text: String) throws {
        guard let out else {
            print(text, terminator: "")
            return
        }
        try refuseExisting(out, force: force)
        try AtomicFile.write(text, to: out)
    }
}
