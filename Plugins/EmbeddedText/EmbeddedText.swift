import Foundation
import PackagePlugin

/// Compiles the files in a target's `Resources` in, as texts: `page.css` is `EmbeddedText.pageCss`.
///
/// SwiftPM's own `.embedInCode` writes them as arrays of bytes, over which the compiler spends ten seconds and more.
@main
struct EmbeddedText: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let file = context.pluginWorkDirectoryURL.appending(path: "EmbeddedText.swift")
        let resources = try FileManager.default.contentsOfDirectory(
            at: target.directoryURL.appending(path: "Resources"), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
        return [
            .buildCommand(
                displayName: "Embedding the resources of \(target.name)",
                executable: URL(filePath: "/bin/sh"),
                arguments: ["-c", Self.script, "sh", file.path(percentEncoded: false)]
                    + resources.map { $0.path(percentEncoded: false) },
                inputFiles: resources,
                outputFiles: [file])
        ]
    }

    private static let script = ###"""
        file=$1
        shift
        {
            echo "enum EmbeddedText {"
            for resource in "$@"; do
                name=$(basename "$resource")
                echo "static let $(echo "$name" | sed 's/[.]\(.\)/\U\1/g') = ##\"\"\""
                cat "$resource"
                printf '\n"""##\n'
            done
            echo "}"
        } >"$file"
        """###
}
