import Drawing
import Images

/// A grid of pictures with words: above each column, before each row, below each picture.
///
/// It is SVG, since text wants fonts, which whoever shows it has.
struct CaptionedSheet {
    /// A name, and what it is besides; either may be empty.
    struct Heading {
        var name: String
        var note = ""
    }

    let grid: PictureGrid
    /// One for each column, or none.
    var columns: [Heading] = []
    /// One for each row, or none.
    var rows: [Heading] = []
    /// One for each picture.
    let captions: [String]

    /// Pictures that a sheet with words has at most: more are no longer looked at one by one.
    static let mostPictures = 1000

    private static let (nameSize, noteSize) = (13.0, 12.0)
    private static let (margin, gap, line) = (12.0, 8.0, 16.0)
    /// What names of rows take at most, and a column at least.
    private static let (widestRow, narrowestColumn) = (160.0, 64.0)

    /// The document.
    ///
    /// - Parameter values: of the grid's pictures, as ``PictureGrid/png(_:)`` takes them.
    /// - Throws: `ImageError` where a picture cannot be encoded.
    func svg(_ values: [Float]) throws -> String {
        let left = Self.margin + rowRoom
        let column = max(Double(grid.width), Self.narrowestColumn, captionRoom) + Self.gap
        let top = Self.margin + headingLines(columns) * Self.line
        let row = Double(grid.height) + Self.line + Self.gap
        let width = left + Double(grid.columns) * column - Self.gap + Self.margin
        let height = top + Double(grid.rows) * row - Self.gap + Self.margin
        var parts = [
            Markup.element("style", [:], Self.style),
            Markup.element("rect", ["width": width, "height": height, "class": "paper"]),
        ]
        for (index, heading) in columns.enumerated() {
            let middle = left + Double(index) * column + (column - Self.gap) / 2
            parts += words(heading, x: middle, y: Self.margin, room: column - 2, anchor: "middle")
        }
        for (index, heading) in rows.enumerated() {
            // In the middle of the picture's height.
            let lines = headingLines([heading]) * Self.line
            let first = top + Double(index) * row + (Double(grid.height) - lines) / 2
            parts += words(heading, x: Self.margin, y: first, room: rowRoom - Self.gap, anchor: nil)
        }
        for index in 0..<grid.count {
            let x = left + Double(index % grid.columns) * column
            let y = top + Double(index / grid.columns) * row
            let inset = (column - Self.gap - Double(grid.width)) / 2
            parts.append(
                Markup.element(
                    "image",
                    [
                        "x": x + inset, "y": y, "width": grid.width, "height": grid.height,
                        "href": Base64.dataURI(png: try grid.image(index, of: values).png()),
                    ]))
            if !captions[index].isEmpty {
                parts.append(
                    text(
                        captions[index], x: x + (column - Self.gap) / 2, y: y + Double(grid.height) + 13,
                        room: column - 2, size: Self.noteSize, anchor: "middle", class: "note"))
            }
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + Markup.element(
                "svg",
                [
                    "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                    "viewBox": "0 0 \(Markup.number(width)) \(Markup.number(height))",
                ], parts.joined(separator: "\n")) + "\n"
    }

    private func headingLines(_ headings: [Heading]) -> Double {
        (headings.contains { !$0.name.isEmpty } ? 1 : 0) + (headings.contains { !$0.note.isEmpty } ? 1 : 0)
    }

    /// What the names of rows take, with the gap behind them.
    private var rowRoom: Double {
        let widths = rows.flatMap {
            [
                TextWidth.most($0.name, size: Self.nameSize), TextWidth.most($0.note, size: Self.noteSize),
            ]
        }
        return widths.max().map { min($0, Self.widestRow) + Self.gap } ?? 0
    }

    /// What captions take, as far as it is sensible.
    private var captionRoom: Double {
        min(captions.map { TextWidth.most($0, size: Self.noteSize) }.max() ?? 0, Self.widestRow)
    }

    /// The lines of a heading, below `y`.
    private func words(_ heading: Heading, x: Double, y: Double, room: Double, anchor: String?) -> [String] {
        var parts: [String] = []
        var base = y + 12
        for (words, size, name) in [
            (heading.name, Self.nameSize, "name"), (heading.note, Self.noteSize, "note"),
        ] where !words.isEmpty {
            parts.append(text(words, x: x, y: base, room: room, size: size, anchor: anchor, class: name))
            base += Self.line
        }
        return parts
    }

    private func text(
        _ words: String, x: Double, y: Double, room: Double, size: Double, anchor: String?, class name: String
    ) -> String {
        Markup.element(
            "text", ["x": x, "y": y, "text-anchor": anchor, "class": name],
            Markup.escape(TextWidth.clipped(words, to: room, size: size)))
    }

    private static var style: String {
        """
        text{font-family:"Helvetica Neue",Helvetica,Arial,sans-serif;fill:#1f2328}
        .name{font-size:\(Markup.number(nameSize))px;font-weight:600}
        .note{font-size:\(Markup.number(noteSize))px;fill:#59636e}
        .paper{fill:#fff}
        """
    }
}
