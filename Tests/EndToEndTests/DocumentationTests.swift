import Foundation
import Testing
import TestSupport

extension EndToEndTests {
    /// README's commands and every code block of the documentation, run as printed.
    @Suite struct DocumentationTests {
        /// Languages of blocks that are shown and not run.
        static let shown: Set<String> = ["text", "bibtex"]

        @Test(.needs(.python("h5py")), .needs(.python("PIL")), .needs(.mpirun))
        func everyBlockRunsAsPrinted() throws {
            try run(MarkdownPage.paths().filter { $0 != Self.cells }) { shell in
                try DocumentationLibrary.make(shell)
            } lend: {
                try DocumentationLibrary.lend(to: $0, $1)
            }
        }

        private static let cells = "docs/cells.md"

        @Test(.needs(.python("anndata")), .needs(.python("scanpy")))
        func cellsRunAsPrinted() throws {
            try run([Self.cells]) { _ in
            } lend: { _, _ in
                "."
            }
        }

        /// Runs the blocks of pages, each in a folder of its own.
        private func run(
            _ paths: [String], prepare: (DocumentationShell) throws -> Void,
            lend: (String, DocumentationShell) throws -> String
        ) throws {
            try withTemporaryDirectory { directory in
                let shell = try DocumentationShell(directory)
                try prepare(shell)
                for path in paths {
                    let page = try MarkdownPage(path)
                    // Blocks of a page build on each other, those of two pages do not.
                    let folder = try lend(path, shell)
                    for block in page.blocks where !Self.isExcepted(block, path) {
                        guard let commands = Self.commands(of: block) else { continue }
                        do {
                            try shell.run(commands, in: folder)
                        } catch {
                            Issue.record("\(path), line \(block.line): \(block.text)\(error)")
                        }
                    }
                }
            }
        }

        private static func isExcepted(_ block: MarkdownPage.Block, _ path: String) -> Bool {
            exceptions.contains { $0.page == path && $0.block == block.name }
        }

        /// What a shell runs; nil of a block that is no program.
        private static func commands(of block: MarkdownPage.Block) -> String? {
            switch block.language {
            case "sh": block.text
            case "python": "python - <<'END_OF_PROGRAM'\n\(block.text)END_OF_PROGRAM\n"
            default: nil
            }
        }

        /// A block is run, or shown, or it is an exception; there is nothing else.
        @Test func everyBlockIsOfAKnownKind() throws {
            for path in try MarkdownPage.paths() {
                for block in try MarkdownPage(path).blocks where !Self.isExcepted(block, path) {
                    #expect(
                        Self.commands(of: block) != nil || Self.shown.contains(block.language),
                        "\(path), line \(block.line): a block of language '\(block.language)'")
                }
            }
        }

        @Test(arguments: exceptions) func exceptionsAreThere(_ exception: Exception) throws {
            let names = try MarkdownPage(exception.page).blocks.map(\.name)
            #expect(names.count { $0 == exception.block } == 1, "\(exception.page): \(exception.block)")
        }
    }
}
