import Drawing

extension TreeDrawing {
    /// Sizes and places in a drawing, in pixels.
    struct Metrics {
        /// How much room there is.
        enum Width {
            /// A window of a desk, or a page of paper.
            case wide
            /// A phone.
            case narrow
        }

        /// Sizes of texts: names, and words beside leaves.
        static let textSize = 12.0
        static let wordSize = 13.0

        let isNarrow: Bool
        let width: Double
        /// Left of the root.
        let margin: Double
        /// Above the first row.
        let top: Double
        /// From one depth to the next.
        let step: Double
        /// Width of a node.
        let glyph: Double
        /// Whether nodes are bars of their classes rather than dots.
        let hasBars: Bool
        /// Whether there is room for the id and the share above a node.
        let labelsNodes: Bool
        let rowHeight: Double
        /// Where a leaf's name stands; where its pictures or words do.
        let textX: Double
        let dataX: Double
        let generatedX: Double
        /// Room for the name of a leaf's class.
        let nameWidth: Double
        /// Whether leaves have pictures or words beside them.
        let hasContent: Bool
        /// Room for pictures or words.
        let contentWidth: Double
        /// Size of one picture as it is drawn.
        let picture: (width: Double, height: Double)
        /// Height of one sheet of pictures.
        let sheetHeight: Double
        /// Most lines of words.
        let wordLines: Int

        /// Right end of the column of leaves.
        var end: Double { textX - 14 }
        /// In a narrow drawing: top of pictures and words, from the middle of the row.
        var narrowContentY: Double { -rowHeight / 2 + 32 }

        init(_ report: TreeReport, layout: TreeLayout, width kind: Width) {
            let leaves = layout.leaves.map { report.nodes[$0] }
            let isCrowded = leaves.count > 60
            let sheet = leaves.lazy.compactMap { $0.data ?? $0.generated }.first
            let hasWords = sheet == nil && leaves.contains { !$0.features.isEmpty || !$0.contrasts.isEmpty }
            hasContent = sheet != nil || hasWords
            let depth = Double(max(1, layout.depth))
            isNarrow = kind == .narrow
            margin = 4
            if isNarrow {
                width = 360
                step = min(20, 80 / depth)
                glyph = min(11, max(5, step - 4))
                hasBars = false
                labelsNodes = false
                textX = margin + step * Double(layout.depth) + glyph + 12
                dataX = textX
                nameWidth = 0
                contentWidth = width - dataX - 2
                wordLines = 2
            } else {
                width = 1160
                step = min(112, max(18, 470 / depth))
                hasBars = step >= 44
                glyph = hasBars ? step - 34 : 9
                labelsNodes = glyph >= 58
                textX = margin + step * Double(layout.depth) + glyph + 16
                let hasClasses = !report.classes.isEmpty
                let names = report.classes.map { TextWidth.most("mostly " + $0, size: Self.textSize) }
                nameWidth = min(190, max(78, names.max() ?? 0))
                dataX = textX + (isCrowded ? (hasClasses ? 160 : 64) : nameWidth + 14)
                contentWidth = width - dataX - 4
                wordLines = isCrowded ? 1 : 2
            }
            if let sheet {
                let columns = Double(sheet.columns)
                let between = 26.0
                let room = isNarrow ? contentWidth : (contentWidth - between) / 2
                let most = isCrowded ? 24.0 : isNarrow ? 40.0 : 44.0
                // One picture keeps its proportions; the longer side is at most so long.
                let (tall, broad) = (Double(sheet.height), Double(sheet.width))
                let scale = min(most / max(tall, broad), room / columns / broad)
                picture = (broad * scale, tall * scale)
                sheetHeight = Double(sheet.rows) * picture.height
                generatedX = isNarrow ? dataX : dataX + columns * picture.width + between
            } else {
                picture = (0, 0)
                sheetHeight = 0
                generatedX = dataX
            }
            if isNarrow {
                let content = sheet != nil ? 2 * sheetHeight + 32 : hasWords ? 40 : 0
                top = 2
                rowHeight = 38 + content + 10
            } else {
                let least = isCrowded ? 22.0 : 46.0
                let words = hasWords ? Double(wordLines) * 17 + 14 : 0
                top = 26
                rowHeight = max(least, sheetHeight + (isCrowded ? 4 : 14), words)
            }
        }
    }
}
