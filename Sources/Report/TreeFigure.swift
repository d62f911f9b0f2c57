/// The tree alone, as a file for a paper.
public struct TreeFigure {
    let report: TreeReport

    /// The figure of a report's tree.
    public init(_ report: TreeReport) {
        self.report = report
    }

    /// An SVG document, light, with style and pictures inside.
    public var svg: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + TreeDrawing(report, width: .wide, use: .file).svg
            + "\n"
    }
}
