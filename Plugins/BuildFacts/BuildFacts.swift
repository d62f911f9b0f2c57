import Foundation
import PackagePlugin

/// Writes the commit and the Swift release that a build is made from into a source file of the target.
///
/// The manifest could ask for the commit too (`Context.gitInformation`), but SwiftPM keeps what a manifest
/// said until the manifest changes, and the program would name an old commit. This command runs again after a
/// commit or a change of any source file; the source file that it writes changes when what it says does.
@main
struct BuildFacts: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let file = context.pluginWorkDirectoryURL.appending(path: "BuildFacts.swift")
        let sources = context.package.targets.compactMap { $0.sourceModule }
            .flatMap { $0.sourceFiles.map(\.url) }
        return [
            .buildCommand(
                displayName: "Reading the commit",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    "-c", Self.script, "sh", context.package.directoryURL.path(percentEncoded: false),
                    try context.tool(named: "swift").url.path(percentEncoded: false),
                    file.path(percentEncoded: false),
                ],
                inputFiles: sources + logOfHead(context.package.directoryURL),
                outputFiles: [file])
        ]
    }

    private static let script = #"""
        commit=$(git -C "$1" describe --always --dirty --exclude '*' --abbrev=12 2>/dev/null || echo unknown)
        swift=$("$2" --version 2>/dev/null | sed -n 's/.*Swift version \([^ ]*\).*/\1/p' | head -n 1)
        text="enum BuildFacts {
            static let commit = \"$commit\"
            static let swift = \"${swift:-unknown}\"
        }"
        [ "$text" = "$(cat "$3" 2>/dev/null)" ] || printf '%s\n' "$text" >"$3"
        """#

    /// The file that grows with every commit and checkout; none outside of a git checkout.
    private func logOfHead(_ package: URL) -> [URL] {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"]
        git.currentDirectoryURL = package
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return [] }
        let path = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .newlines)
        git.waitUntilExit()
        return FileManager.default.fileExists(atPath: path) ? [URL(filePath: path)] : []
    }
}
