import Drawing
import Foundation

extension Page {
    /// Title, theme switch, the figures that matter most, and what they mean.
    var header: String {
        let figures = clusteringFigures + likelihoodFigures
        let meanings = figures.map {
            "<div id=\"about-\($0.key)\"><dt>\($0.name)</dt><dd>\($0.meaning)</dd></div>"
        }.joined(separator: "\n")
        return """
            <header>
            <div class="headline">
            <div><h1>\(Markup.escape(report.dataset))</h1><p>Tree variational autoencoder, \(Markup.escape(report.part)) of \(Wording.count(report.samples, "sample", "samples"))</p></div>
            <button id="theme" type="button" title="Colours: as the system, light, dark">Theme: auto</button>
            </div>
            \(tiles(clusteringFigures))
            \(tiles(likelihoodFigures))
            <details class="glossary" id="meanings"><summary>What these figures mean</summary>
            <dl>
            \(meanings)
            </dl></details>
            </header>
            """
    }

    /// Figures in boxes, each with a link to its meaning.
    private func tiles(_ figures: [Figure]) -> String {
        guard !figures.isEmpty else { return "" }
        let boxes = figures.map {
            "<div class=\"tile\"><dt><a href=\"#about-\($0.key)\" title=\"\(Markup.escape($0.meaning))\">\($0.name)</a></dt><dd>\(Markup.escape($0.value))</dd></div>"
        }.joined()
        return "<dl class=\"tiles\">\(boxes)</dl>"
    }

    private func section(_ id: String, _ title: String, note: String? = nil, _ content: String) -> String {
        """
        <section id="\(id)">
        <h2>\(title)</h2>
        \(note.map { "<p class=\"note\">\($0)</p>" } ?? "")
        \(content)
        </section>
        """
    }

    // MARK: Tree

    var treeSection: String {
        let wide = TreeDrawing(report, width: .wide, use: .page).svg
        let narrow = TreeDrawing(report, width: .narrow, use: .page).svg
        let hasClasses = !report.classes.isEmpty
        let note =
            "Branches are as thick as samples take them"
            + (hasClasses
                ? ", bars show the classes below a node. " : ", bars the share of samples below a node. ")
            + "Select a node for its details; the knobs fold a subtree."
        let controls = """
            <div class="controls">
            <label class="find">Find <input id="find" type="search" placeholder="sample\(hasClasses ? ", class" : "") or node"></label>
            <button type="button" data-fold="all">Fold all</button>
            <button type="button" data-fold="none">Unfold all</button>
            <button type="button" data-download="tree">Save SVG</button>
            </div>
            <div id="found" role="status"></div>
            """
        return section(
            "tree", "Tree", note: note,
            controls + legend + """
                <div class="stage">
                <div class="drawings"><div class="tree wide">\(wide)</div><div class="tree narrow">\(narrow)</div></div>
                <div id="details" role="region" aria-label="Details of a node" tabindex="-1" hidden></div>
                </div>
                """)
    }

    // MARK: Two nodes

    /// Where the script shows two nodes side by side; nil for a tree of one node.
    var pairSection: String? {
        guard report.nodes.count > 1 else { return nil }
        let options = report.nodes.filter { !$0.isOnBranch }.map { node in
            let kind = node.parent == nil ? "root" : node.isLeaf ? "leaf \(node.id)" : "node \(node.id)"
            let name = node.majorityClass.map { ", mostly \(report.classes[$0])" } ?? ""
            return "<option value=\"\(node.id)\">\(kind)\(Markup.escape(name))</option>"
        }.joined()
        func side(_ name: String, _ label: String) -> String {
            """
            <div><label>\(label) <select id="\(name)-node" data-pair="\(name)"><option value="">choose a node</option>\(options)</select></label>
            <div id="\(name)-details" class="node-details"></div></div>
            """
        }
        return section(
            "pair", "Side by side",
            note: "Any two nodes beside each other; the details of a node have a button that brings it here.",
            "<div class=\"pair\">\(side("left", "First")) \(side("right", "Second"))</div>")
    }

    // MARK: Latents

    /// Every node's latents in a plane; nil where nobody has looked.
    var latentsSection: String? {
        let nodes = report.nodes.filter { $0.plane != nil && !$0.isOnBranch }
        guard !nodes.isEmpty else { return nil }
        let figures = nodes.map { node in
            let kind = node.parent == nil ? "Root" : node.isLeaf ? "Leaf \(node.id)" : "Node \(node.id)"
            let shares = (node.plane?.shares ?? []).map { "\(Int(($0 * 100).rounded()))" }
            return """
                <figure><canvas class="plane" data-node="\(node.id)" width="320" height="320" role="img" aria-label="Latents of \(kind.lowercased())"></canvas>
                <figcaption><b>\(kind)</b> <small>\(shares.joined(separator: " + ")) %</small></figcaption></figure>
                """
        }.joined(separator: "\n")
        return section(
            "latents", "Latents",
            note:
                "Where samples lie in each node's latents: means of the posteriors, along their first two principal components, whose shares of the variance are given. Points are as opaque as samples probably reach the node\(report.plottedLabels.isEmpty ? "." : ", and have the colours of the classes.")",
            "<div class=\"planes\">\(figures)</div>")
    }

    /// Names and colours of the classes, where they can be told apart.
    private var legend: String {
        guard !report.classes.isEmpty, report.classes.count <= Palette.count else { return "" }
        let items = report.classes.enumerated().map { index, name in
            "<li><i class=\"\(Palette.name(index))\"></i>\(Markup.escape(name))</li>"
        }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    // MARK: Confusion matrix

    /// Classes against leaves; nil without labels.
    var confusionSection: String? {
        guard !report.classes.isEmpty, report.nodes.contains(where: { !$0.classCounts.isEmpty }) else {
            return nil
        }
        let leaves = report.leaves.map { report.nodes[$0] }
        let totals = report.classes.indices.map { label in leaves.reduce(0) { $0 + $1.classCounts[label] } }
        // Classes in the order of the leaves that hold most of them, so that a good clustering is a diagonal.
        let home = report.classes.indices.map { label in
            leaves.indices.max { leaves[$0].classCounts[label] < leaves[$1].classCounts[label] } ?? 0
        }
        let labels = report.classes.indices.filter { totals[$0] > 0 }.sorted {
            (home[$0], $0) < (home[$1], $1)
        }
        let isDense = leaves.count > 24
        let head = leaves.map { "<th scope=\"col\">\($0.id)</th>" }.joined()
        let rows = labels.enumerated().map { place, label in
            let cells = leaves.map { leaf in
                let count = leaf.classCounts[label]
                guard count > 0 else { return "<td></td>" }
                let share = Double(count) / Double(totals[label])
                let text = isDense ? "" : share >= 0.005 ? String(Int((share * 100).rounded())) : "·"
                let strong = share > 0.5 ? " class=\"strong\"" : ""
                return "<td\(strong) style=\"--v:\(Markup.number(share))\" data-n=\"\(count)\">\(text)</td>"
            }.joined()
            let axis =
                place == 0
                ? "<th scope=\"rowgroup\" rowspan=\"\(labels.count)\" class=\"axis\"><span>class</span></th>"
                : ""
            return "<tr>\(axis)<th scope=\"row\">\(Markup.escape(report.classes[label]))</th>\(cells)</tr>"
        }.joined(separator: "\n")
        return section(
            "confusion", "Confusion matrix",
            note:
                "Percent of each class's samples that fall into each leaf; leaves in the order of the tree. Arrow keys move from cell to cell.",
            """
            <div class="controls"><button type="button" data-download="confusion">Save CSV</button></div>
            <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix"><table class="matrix\(isDense ? " dense" : leaves.count <= 14 ? " roomy" : "")">
            <thead><tr><td colspan="2"></td><th scope="colgroup" colspan="\(leaves.count)" class="axis">leaf</th></tr>
            <tr><td colspan="2"></td>\(head)</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    // MARK: Curves

    /// Loss and metrics over the epochs; nil before the first one has ended.
    var curvesSection: String? {
        guard !report.history.isEmpty else { return nil }
        let figures = Curves(report).charts.map { titled in
            let keys =
                titled.chart.series.count == 1
                ? ""
                : titled.chart.series.map {
                    "<span><i class=\"\(Palette.name($0.colour))\"></i>\($0.name)</span>"
                }
                .joined()
            return """
                <figure class="chart" id="chart-\(titled.chart.key)">
                <figcaption><b>\(titled.title)</b> <small>\(titled.unit)\(titled.chart.peak.map { ", cut off: up to \(Wording.value($0))" } ?? "")</small> <span class="keys">\(keys)</span></figcaption>
                \(titled.chart.svg)
                </figure>
                """
        }.joined(separator: "\n")
        let hasGrowth = report.history.contains { $0.phase == "subtree" }
        let note =
            "Over \(Wording.count(report.history.count, "epoch", "epochs")) of all phases."
            + (hasGrowth
                ? " Triangles mark growth steps; in shaded phases two new leaves train alone, on the samples of the leaf they replace."
                : "")
        let phases = Curves(report).bands.enumerated().map { index, band in
            "<option value=\"\(index)\">\(index + 1). \(Markup.escape(band.name))</option>"
        }.joined()
        let controls = """
            <div class="zoom">
            <label>Phase <select id="phase"><option value="">all</option>\(phases)</select></label>
            <label>epochs <input id="first-epoch" type="number" min="1" max="\(report.history.count)" value="1"></label>
            <label>to <input id="last-epoch" type="number" min="1" max="\(report.history.count)" value="\(report.history.count)"></label>
            <label><input id="logarithmic" type="checkbox"> logarithmic losses</label>
            <button type="button" id="all-epochs">All epochs</button>
            <button type="button" data-download="curves">Save CSV</button>
            </div>
            """
        return section(
            "curves", "Training",
            note: note + " Drag over a chart, or name a phase or epochs, to look closer.",
            controls + "<div class=\"charts\">\(figures)</div>")
    }

    // MARK: Growth

    /// Trees drawn beside each other at most; a run with more steps is told in words alone.
    private static let mostGrowthDrawings = 40

    /// Every split and pruned leaf; nil where none is recorded.
    var growthSection: String? {
        guard report.growth.count > 1 else { return nil }
        let draws = report.growth.count <= Self.mostGrowthDrawings
        let items = report.growth.enumerated().map { index, step in
            var text = "<b>Start</b> root and two leaves"
            if let record = step.record {
                let samples = Wording.count(record.samples, "sample", "samples")
                let change = record.kind == .split ? "split" : "pruned"
                text =
                    "<b>\(index). Leaf \(record.leaf) \(change)</b> \(samples), after epoch \(record.epochs)"
            }
            if let nmi = metric(after: index) { text += " <small>then NMI \(Wording.score(nmi))</small>" }
            return "<li>\(draws ? GrowthDrawing(step: step).svg : "")<p>\(text)</p></li>"
        }.joined(separator: "\n")
        return section(
            "growth", "How the tree grew",
            note: "Identifiers are those of the time: after pruning they close up.",
            "<ol class=\"growth\(draws ? "" : " words")\">\(items)</ol>")
    }

    /// NMI at the end of the training that follows a step, which the next step or the end of the run ends.
    private func metric(after index: Int) -> Double? {
        let start = report.growth[index].record?.epochs ?? 0
        let end = report.growth.dropFirst(index + 1).first?.record?.epochs ?? report.history.count
        guard start < end, end <= report.history.count else { return nil }
        return report.history[start..<end].last { $0.nmi != nil }?.nmi
    }

    // MARK: Attributes

    /// How frequent each attribute is in each leaf; nil without attributes.
    var attributesSection: String? {
        guard !report.attributes.isEmpty else { return nil }
        let leaves = report.leaves.map { report.nodes[$0] }.filter { !$0.attributeShares.isEmpty }
        let head = leaves.map { "<th scope=\"col\">\($0.id)</th>" }.joined()
        // What leaves differ in most comes first.
        func spread(_ attribute: Int) -> Double {
            let shares = leaves.filter { $0.samples > 0 }.map { $0.attributeShares[attribute] }
            return (shares.max() ?? 0) - (shares.min() ?? 0)
        }
        let order = report.attributes.indices.sorted { (-spread($0), $0) < (-spread($1), $1) }
        let rows = order.map { attribute in
            let overall = report.attributeShares[attribute]
            let cells = leaves.map { leaf in
                let share = leaf.attributeShares[attribute]
                let difference = share - overall
                let kind = difference < 0 ? "less" : "more"
                return "<td class=\"\(kind)\" style=\"--v:\(Markup.number(min(1, 2 * abs(difference))))\">"
                    + "\(Int((share * 100).rounded()))</td>"
            }.joined()
            return "<tr><th scope=\"row\">\(Markup.escape(report.attributes[attribute]))</th>"
                + "<td class=\"overall\">\(Int((overall * 100).rounded()))</td>\(cells)</tr>"
        }.joined(separator: "\n")
        return section(
            "attributes", "Attributes",
            note:
                "Percent of samples that have an attribute: of all, and in each leaf; coloured where a leaf differs.",
            """
            <div class="scroll" tabindex="0" role="region" aria-label="Attributes"><table class="matrix attributes">
            <thead><tr><td></td><th scope="col">all</th>\(head)</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    // MARK: Nodes

    /// Every node in words: what the script shows on selection, for paper and for readers without a script.
    var nodesSection: String {
        let hasClasses = !report.classes.isEmpty
        let hasFeatures = report.nodes.contains { !$0.features.isEmpty }
        let hasContrasts = report.nodes.contains { !$0.contrasts.isEmpty }
        var head = "<th>node</th><th>kind</th><th>depth</th><th>samples</th><th>share</th>"
        let hasSupport = report.nodes.contains { $0.support != nil }
        if hasSupport { head += "<th>support</th>" }
        if hasClasses { head += "<th>purity</th><th class=\"text\">mostly</th>" }
        if hasFeatures { head += "<th class=\"text\">more than elsewhere</th>" }
        if hasContrasts { head += "<th class=\"text\">against the sibling</th>" }
        let rows = report.nodes.map { node in
            let kind = node.parent == nil ? "root" : node.isLeaf ? "leaf" : "inner"
            var cells = "<td>\(node.id)</td><td class=\"text\">\(kind)</td><td>\(node.depth)</td>"
            cells += "<td>\(Wording.count(node.samples))</td><td>\(Wording.percent(report.share(node)))</td>"
            if hasSupport { cells += "<td>\(node.support.map(Wording.score) ?? "")</td>" }
            if hasClasses {
                cells += "<td>\(node.purity.map(Wording.score) ?? "")</td>"
                cells +=
                    "<td class=\"text\">\(node.majorityClass.map { Markup.escape(report.classes[$0]) } ?? "")</td>"
            }
            if hasFeatures {
                cells +=
                    "<td class=\"text\">\(Markup.escape(node.features.map(\.name).joined(separator: ", ")))</td>"
            }
            if hasContrasts {
                let words = node.contrasts.prefix(6).map {
                    "\($0.difference < 0 ? "↓" : "↑")\u{A0}\(Markup.escape($0.name))\u{A0}"
                        + "(\(Wording.value($0.mean)) : \(Wording.value($0.siblingMean)))"
                }
                cells += "<td class=\"text\">\(words.joined(separator: ", "))</td>"
            }
            return "<tr>\(cells)</tr>"
        }.joined(separator: "\n")
        let table = """
            <div class="controls"><button type="button" data-download="nodes">Save CSV</button>\(hasContrasts ? " <button type=\"button\" data-download=\"contrasts\">Save what tells siblings apart</button>" : "")\(report.members == nil ? "" : " <button type=\"button\" data-download=\"members\">Save leaves of samples</button>")</div>
            <div class="scroll" tabindex="0" role="region" aria-label="Nodes"><table class="nodes">
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """
        return section("nodes", "Nodes", table)
    }

    // MARK: Provenance

    var provenanceSection: String {
        let facts = report.facts.map {
            "<dt>\(Markup.escape($0.name))</dt><dd>\(Markup.escape($0.value))</dd>"
        }.joined(separator: "\n")
        return section(
            "provenance", "Where this comes from",
            """
            <dl class="facts">\(facts)</dl>
            <details><summary>Configuration</summary><pre tabindex="0">\(Markup.escape(report.configuration))</pre></details>
            """)
    }
}
