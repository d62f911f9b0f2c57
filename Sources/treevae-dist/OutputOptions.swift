import ArgumentParser
import Checkpoints
import Foundation

/// A file to write.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("File to write; its extension says in which format.", valueName: "file"),
        completion: .file())
    var out: String

    @Flag(help: "Write over a file that is there already.")
    var force = false

    /// Requires an extension.
    func validate(extensions: [String]) throws {
        guard !extensions.contains(where: { out.hasSuffix("." + $0) }) else { return }
        let names = extensions.map { "." + $0 }.joined(separator: ", ")
        throw ValidationError("--out \(out): the name must end in \(names).")
    }

    /// Refuses a file that is there already, unless told to write over it.
    func check() throws { try refuseExisting(out, force: force) }
}

/// Refuses a file that is there already, unless told to write over it.
func refuseExisting(_ path: String, force: Bool) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    if isDirectory.boolValue { throw TrainingError("\(path) is a directory: name a file with --out") }
    if !force {
        throw TrainingError("\(path) exists: write over it with --force, or name another file with --out")
    }
}
