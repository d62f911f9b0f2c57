import Drawing

/// The tree as SVG, root on the left, every leaf in a row of its own with what it holds beside it.
///
/// The page shows one drawing for wide windows and one for narrow ones; a file of its own is the wide one with its
/// style inside. Elements carry `data-` attributes from which the page's script folds subtrees: `data-node`, of
/// links `data-from` and `data-to`.
struct TreeDrawing {
    let report: TreeReport
    let layout: TreeLayout
    let metrics: Metrics
    let use: Use

    /// What the drawing is for.
    enum Use {
        /// A page, whose style sheet colours it and which holds the pictures once for several drawings.
        case page
        /// A picture on a page, of which nothing can be selected.
        case picture
        /// A file of its own, with style and pictures inside.
        case file
    }

    init(_ report: TreeReport, width: Metrics.Width, use: Use) {
        self.report = report
        self.use = use
        layout = TreeLayout(children: report.nodes.map(\.children))
        metrics = Metrics(report, layout: layout, width: width)
    }

    /// The whole drawing.
    var svg: String {
        let headings = headings
        let top = metrics.top
        var parts: [String] = []
        if use == .file {
            parts.append(Markup.element("style", [:], Self.style(classes: report.classes.count)))
            parts.append(Markup.element("rect", ["width": "100%", "height": "100%", "class": "paper"]))
        }
        parts.append(headings)
        parts.append(Markup.element("g", ["class": "links"], report.nodes.map(link).joined()))
        parts.append(
            Markup.element("g", ["class": "rows"], layout.leaves.map { row(report.nodes[$0]) }.joined()))
        parts.append(
            Markup.element("g", ["class": "nodes"], report.nodes.filter { !$0.isOnBranch }.map(node).joined())
        )
        let height = top + Double(layout.leaves.count) * metrics.rowHeight + 4
        let isFile = use == .file
        // A page scales its drawing to the window; a file ends where the tree does.
        let width = isFile && !metrics.hasContent ? metrics.dataX : metrics.width
        return Markup.element(
            "svg",
            [
                "xmlns": isFile ? "http://www.w3.org/2000/svg" : nil,
                "class": "tree-drawing",
                "viewBox": "0 0 \(Markup.number(width)) \(Markup.number(height))",
                "width": isFile ? width : nil, "height": isFile ? height : nil,
                "role": use == .page ? "group" : "img", "aria-label": "Tree of \(report.dataset)",
                "data-top": use == .page ? top : nil, "data-row": use == .page ? metrics.rowHeight : nil,
                "data-end": use == .page ? metrics.end : nil,
            ], parts.joined(separator: "\n"))
    }

    /// Position of a node.
    private func x(_ node: TreeReport.Node) -> Double {
        metrics.margin + metrics.step * Double(node.isLeaf ? layout.depth : node.depth)
    }
    private func y(_ node: TreeReport.Node) -> Double {
        metrics.top + (layout.rows[node.id] + 0.5) * metrics.rowHeight
    }

    // MARK: Links

    /// The branch that leads to a node, the thicker the more samples take it.
    private func link(to node: TreeReport.Node) -> String {
        guard let parent = node.parent.map({ report.nodes[$0] }) else { return "" }
        // Where a node decides nothing the branch goes through.
        let (x1, y1) = (x(parent) + (parent.isOnBranch ? 0 : metrics.glyph), y(parent))
        let (x2, y2) = (metrics.margin + metrics.step * Double(node.depth), y(node))
        let middle = (x1 + x2) / 2
        // The leaves stand in one column, so the branch of a shallow one goes on to it.
        let path =
            "M\(Markup.number(x1)) \(Markup.number(y1))C\(Markup.number(middle)) \(Markup.number(y1)) "
            + "\(Markup.number(middle)) \(Markup.number(y2)) \(Markup.number(x2)) \(Markup.number(y2))"
            + "H\(Markup.number(x(node)))"
        let thickness = 1.2 + 6 * report.share(node).squareRoot()
        return Markup.element(
            "path",
            [
                "d": path, "stroke-width": thickness, "class": "link", "data-from": parent.id,
                "data-to": node.id, "data-x": use == .page ? x2 : nil,
            ])
    }

    // MARK: Nodes

    private func node(_ node: TreeReport.Node) -> String {
        var parts: [String] = [Markup.element("title", [:], Markup.escape(summary(node)))]
        if metrics.hasBars {
            parts.append(bar(node, width: metrics.glyph, height: 10, y: -5))
            if metrics.labelsNodes {
                // The row of a leaf names it.
                if !node.isLeaf {
                    parts.append(label("\(node.id)", x: 0, y: -11, anchor: "start", class: "id"))
                }
                parts.append(
                    label(
                        Wording.percent(report.share(node)), x: metrics.glyph, y: -11, anchor: "end",
                        class: "share"))
                if let support = node.support {
                    parts.append(
                        label(
                            "support \(Wording.score(support))", x: 0, y: 18, anchor: "start",
                            class: "share"))
                }
            }
        } else {
            parts.append(
                Markup.element(
                    "circle",
                    [
                        "cx": metrics.glyph / 2, "cy": 0, "r": metrics.glyph / 2,
                        "class": "dot \(colour(of: node))",
                    ]))
        }
        if use == .page, !node.isLeaf { parts.append(handle(node)) }
        return Markup.element(
            "g",
            [
                "class": node.isLeaf ? "node leaf" : "node", "data-node": node.id,
                "transform": "translate(\(Markup.number(x(node))) \(Markup.number(y(node))))",
                "tabindex": use == .page ? 0 : nil, "role": use == .page ? "button" : nil,
            ], parts.joined())
    }

    /// The class of most samples, where it is most of them.
    private func colour(of node: TreeReport.Node) -> String {
        guard let most = node.majorityClass, let purity = node.purity, purity >= 0.5 else { return "mixed" }
        return Palette.name(most)
    }

    /// Where a subtree is folded and unfolded.
    private func handle(_ node: TreeReport.Node) -> String {
        let centre = metrics.hasBars ? metrics.glyph : metrics.glyph / 2
        let size = metrics.hasBars ? 3.0 : 2.5
        return Markup.element(
            "g", ["class": "handle", "transform": "translate(\(Markup.number(centre)) 0)"],
            // Room for a finger.
            Markup.element("circle", ["r": metrics.hasBars ? 13.0 : 10.0, "class": "touch"]),
            metrics.hasBars ? Markup.element("circle", ["r": 6.5, "class": "knob"]) : "",
            Markup.element("path", ["d": "M\(-size) 0H\(size)", "class": "sign"]),
            Markup.element("path", ["d": "M0 \(-size)V\(size)", "class": "sign plus"]))
    }

    /// Composition by class; without labels the share of all samples.
    private func bar(_ node: TreeReport.Node, width: Double, height: Double, y: Double) -> String {
        var parts = [
            Markup.element("rect", ["x": 0, "y": y, "width": width, "height": height, "class": "track"])
        ]
        if node.classCounts.isEmpty {
            parts.append(
                Markup.element(
                    "rect",
                    [
                        "x": 0, "y": y, "width": width * report.share(node), "height": height,
                        "class": "fill",
                    ]))
        }
        var x = 0.0
        for (label, count) in node.classCounts.enumerated() where count > 0 {
            let part = width * Double(count) / Double(node.samples)
            // What is less than half a pixel is left to the track.
            if part >= 0.5 {
                parts.append(
                    Markup.element(
                        "rect",
                        ["x": x, "y": y, "width": part, "height": height, "class": Palette.name(label)]))
            }
            x += part
        }
        return parts.joined()
    }

    /// `node 3: 2,698 samples, 27.0 %, mostly 3 (0.366)`.
    private func summary(_ node: TreeReport.Node) -> String {
        var text = "\(node.isLeaf ? "leaf" : "node") \(node.id): "
        text += "\(Wording.count(node.samples, "sample", "samples")), \(Wording.percent(report.share(node)))"
        if let most = node.majorityClass, let purity = node.purity {
            text += ", mostly \(report.classes[most]) (\(Wording.score(purity)))"
        }
        if let support = node.support {
            text += ", its split in \(Wording.percent(support)) of the other trees"
        }
        return text
    }

    // MARK: Rows of leaves

    private func row(_ leaf: TreeReport.Node) -> String {
        var parts: [String] = []
        let words = words(of: leaf)
        if metrics.isNarrow {
            parts.append(narrowText(leaf))
        } else {
            parts.append(wideText(leaf))
        }
        if let data = leaf.data { parts.append(sheet(data, "data", of: leaf, x: metrics.dataX)) }
        if let generated = leaf.generated {
            parts.append(sheet(generated, "generated", of: leaf, x: metrics.generatedX))
        }
        if !words.isEmpty {
            let lines = TextWidth.wrapped(
                words, width: metrics.contentWidth, size: Metrics.wordSize, lines: metrics.wordLines)
            let start =
                metrics.isNarrow ? metrics.narrowContentY + 13 : 5 - 17 * Double(lines.count - 1) / 2
            for (index, line) in lines.enumerated() {
                parts.append(
                    label(line, x: metrics.dataX, y: start + 17 * Double(index), class: "words"))
            }
        }
        return Markup.element(
            "g",
            [
                "class": "row", "data-node": leaf.id,
                "transform": "translate(0 \(Markup.number(y(leaf))))",
            ], parts.joined())
    }

    /// Name, class and purity beside a leaf: three lines where the row is high enough, else one.
    private func wideText(_ leaf: TreeReport.Node) -> String {
        let most = leaf.majorityClass.map { report.classes[$0] }
        guard metrics.rowHeight >= 44 else {
            let leafName = label("leaf \(leaf.id)", x: metrics.textX, y: 4, class: "leaf-name")
            guard let most, let purity = leaf.purity else { return leafName }
            let name = TextWidth.clipped(most, to: 56, size: Metrics.textSize)
            let text = "\(name) \(Wording.score(purity))"
            return leafName + label(text, x: metrics.textX + 58, y: 4, class: "purity")
        }
        var lines = [("leaf \(leaf.id)", "leaf-name")]
        if let most, let purity = leaf.purity {
            lines += [
                (
                    TextWidth.clipped("mostly " + most, to: metrics.nameWidth, size: Metrics.textSize),
                    "majority"
                ),
                ("purity \(Wording.score(purity))", "purity"),
            ]
        } else {
            lines.append((Wording.count(leaf.samples, "sample", "samples"), "purity"))
        }
        return lines.enumerated().map { index, line in
            let y = 4 + 15 * (Double(index) - Double(lines.count - 1) / 2)
            return label(line.0, x: metrics.textX, y: y, class: line.1)
        }.joined()
    }

    private func narrowText(_ leaf: TreeReport.Node) -> String {
        let y = -metrics.rowHeight / 2 + 14
        var text = Wording.percent(report.share(leaf))
        if let most = leaf.majorityClass, let purity = leaf.purity {
            let name = TextWidth.clipped(
                report.classes[most], to: metrics.contentWidth - 160, size: Metrics.textSize)
            text += " · \(name.count < 8 ? "mostly " : "")\(name) · \(Wording.score(purity))"
        }
        let bar = bar(leaf, width: metrics.contentWidth, height: 6, y: y + 6)
        return label("leaf \(leaf.id)", x: metrics.dataX, y: y, class: "leaf-name")
            + label(text, x: metrics.dataX + metrics.contentWidth, y: y, anchor: "end", class: "purity")
            + Markup.element("g", ["transform": "translate(\(Markup.number(metrics.dataX)) 0)"], bar)
    }

    /// What a row says in words: what samples have more of than others, else what tells them from the sibling's.
    private func words(of leaf: TreeReport.Node) -> [String] {
        if !leaf.features.isEmpty { return leaf.features.map(\.name) }
        return leaf.contrasts.map { ($0.difference < 0 ? "↓ " : "↑ ") + $0.name }
    }

    private func sheet(_ sheet: PictureSheet, _ kind: String, of leaf: TreeReport.Node, x: Double) -> String {
        let size = metrics.picture
        let (width, height) = (Double(sheet.columns) * size.width, Double(sheet.rows) * size.height)
        let isGenerated = kind == "generated"
        let y =
            metrics.isNarrow
            ? metrics.narrowContentY + 15 + (isGenerated ? metrics.sheetHeight + 17 : 0)
            : -metrics.sheetHeight / 2
        var gaps = ""
        for column in 1..<max(2, sheet.columns) {
            gaps += "M\(Markup.number(Double(column) * size.width)) 0v\(Markup.number(height))"
        }
        for row in 1..<max(2, sheet.rows) {
            gaps += "M0 \(Markup.number(Double(row) * size.height))h\(Markup.number(width))"
        }
        let content: String
        switch use {
        case .page, .picture:
            content = Markup.element(
                "use",
                [
                    "href": "#" + Self.sheetName(kind, of: leaf),
                    "transform":
                        "scale(\(width / Double(sheet.columns * sheet.width)) \(height / Double(sheet.rows * sheet.height)))",
                ])
        case .file:
            content = Self.image(sheet, width: width, height: height)
        }
        return Markup.element(
            "g",
            [
                "class": "sheet \(kind)", "transform": "translate(\(Markup.number(x)) \(Markup.number(y)))",
            ], metrics.isNarrow ? label(kind, x: 0, y: -4, class: "heading") : "", content,
            Markup.element("path", ["d": gaps, "class": "gap"]))
    }

    /// What the page calls a sheet of pictures.
    static func sheetName(_ kind: String, of leaf: TreeReport.Node) -> String { "\(kind)-\(leaf.id)" }

    /// A sheet with its file inside, stretched to a size.
    static func image(_ sheet: PictureSheet, id: String? = nil, width: Double, height: Double) -> String {
        // Enlarged pixels stay squares; pictures of some size are smoothed.
        let isTiny = max(sheet.width, sheet.height) < 20
        return Markup.element(
            "image",
            [
                "id": id, "width": width, "height": height, "preserveAspectRatio": "none",
                "class": isTiny ? "pixels" : nil, "href": Base64.dataURI(png: sheet.png),
            ])
    }

    // MARK: Text

    private var headings: String {
        guard !metrics.isNarrow, !layout.leaves.isEmpty else { return "" }
        let leaves = layout.leaves.map { report.nodes[$0] }
        var parts: [String] = []
        if leaves.contains(where: { $0.data != nil }) {
            parts.append(label("samples of the data", x: metrics.dataX, y: 14, class: "heading"))
        }
        if leaves.contains(where: { $0.generated != nil }) {
            parts.append(label("generated by the leaf", x: metrics.generatedX, y: 14, class: "heading"))
        }
        if leaves.contains(where: { !$0.features.isEmpty }) {
            parts.append(label("more than elsewhere", x: metrics.dataX, y: 14, class: "heading"))
        } else if leaves.contains(where: { !$0.contrasts.isEmpty }) {
            parts.append(
                label("more (↑) or less (↓) than in the sibling", x: metrics.dataX, y: 14, class: "heading"))
        }
        return parts.joined()
    }

    private func label(
        _ text: String, x: Double, y: Double, anchor: String? = nil, class name: String
    ) -> String {
        Markup.element(
            "text", ["x": x, "y": y, "text-anchor": anchor == "start" ? nil : anchor, "class": name],
            Markup.escape(text))
    }

    /// The style of a file of its own: for white paper, and for readers that know no variables.
    static func style(classes: Int) -> String {
        """
        text{font-family:"Helvetica Neue",Helvetica,Arial,sans-serif;font-size:12px;fill:#1f2328}
        .paper{fill:#fff}
        .id,.leaf-name{font-weight:600}
        .share,.purity,.heading{fill:#59636e;font-size:11px}
        .words{font-size:13px}
        .link{fill:none;stroke:#c3cad2;stroke-linecap:round}
        .track{fill:#e4e8ec}
        .fill{fill:#4a6fa5}
        .mixed{fill:#8d96a0}
        .gap{fill:none;stroke:#fff;stroke-width:2}
        .pixels{image-rendering:optimizeSpeed}
        \(Palette.drawingRules(classes))
        """
    }
}
