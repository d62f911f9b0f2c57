import Foundation

/// A page of the documentation.
public struct MarkdownPage {
    /// A fenced code block.
    public struct Block: Sendable {
        /// What stands behind the fence: `sh`, `python`, `text`; empty if nothing does.
        public let language: String
        /// Its lines.
        public let text: String
        /// Number of the fence's line in the page, from 1.
        public let line: Int

        /// What it is called where blocks are told apart: its first line.
        public var name: String { text.split(separator: "\n").first.map(String.init) ?? "" }
    }

    /// Path from the root of the repository.
    public let path: String
    /// All of it.
    public let text: String
    /// The code blocks, in order.
    public let blocks: [Block]

    /// Paths of all pages: those of the root and of docs/.
    public static func paths() throws -> [String] {
        try ["", "docs/"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: "\(Repository.root)/\(folder)")
                .filter { $0.hasSuffix(".md") }.sorted().map { folder + $0 }
        }
    }

    /// Reads a page.
    /// - Parameter path: from the root of the repository.
    public init(_ path: String) throws {
        self.path = path
        text = try Repository.text(of: path)
        var blocks: [Block] = []
        var open: (language: String, line: Int, lines: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(
                        Block(
                            language: block.language,
                            text: block.lines.map { $0 + "\n" }.joined(), line: block.line))
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), index + 1, [])
                }
            } else {
                open?.lines.append(line)
            }
        }
        self.blocks = blocks
    }

    /// The text without its code blocks.
    public var prose: String {
        var isInside = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") { isInside.toggle() }
            return !isInside && !line.hasPrefix("```")
        }
        return lines.joined(separator: "\n")
    }
}
