import Drawing
import Foundation

/// The report as one HTML page that needs nothing besides itself: style, script and pictures are inside, and its
/// content security policy forbids it to fetch anything.
public struct Page {
    let report: TreeReport

    /// The page of a report.
    public init(_ report: TreeReport) {
        self.report = report
    }

    /// The whole page.
    ///
    /// - Throws: `EncodingError` for a number that JSON cannot hold.
    public func html() throws -> String {
        let title = "\(report.dataset) · \(Wording.count(report.leaves.count, "leaf", "leaves"))"
        let sections = [
            treeSection, pairSection, latentsSection, confusionSection, curvesSection, growthSection,
            attributesSection, nodesSection, provenanceSection,
        ]
        return Self.document(
            title: title,
            body: """
                \(sheets)
                \(header)
                <main>
                \(sections.compactMap { $0 }.joined(separator: "\n"))
                </main>
                <div id="tip" role="status" hidden></div>
                <script type="application/json" id="report">\(try PageData(report).json())</script>
                <script>
                \(EmbeddedText.pageJs)
                </script>
                """)
    }

    /// A document with the style inside, which may fetch nothing.
    static func document(title: String, body: String) -> String {
        let policy =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="generator" content="treevae-dist report">
            <link rel="icon" href="data:,">
            <title>\(Markup.escape(title))</title>
            <style>
            \(EmbeddedText.pageCss)\(Palette.pageRules)
            </style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """
    }

    /// All pictures, once: both drawings of the tree and the details of nodes refer to them.
    private var sheets: String {
        let images = report.nodes.flatMap { node in
            [("data", node.data), ("generated", node.generated)].compactMap { kind, sheet in
                sheet.map {
                    TreeDrawing.image(
                        $0, id: TreeDrawing.sheetName(kind, of: node), width: Double($0.columns * $0.width),
                        height: Double($0.rows * $0.height))
                }
            }
        }
        guard !images.isEmpty else { return "" }
        return Markup.element(
            "svg", ["class": "sheets", "aria-hidden": "true"],
            Markup.element("defs", [:], images.joined(separator: "\n")))
    }
}
