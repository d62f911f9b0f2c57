import ClusterMetrics
import Drawing
import Foundation
import RunLog

/// Several runs beside each other as one HTML page: their figures with intervals, their trees, their curves.
public struct ComparisonPage {
    private let runs: [(name: String, report: TreeReport)]
    /// The names in full.
    private let paths: [String]

    /// Runs by their names or paths, two or more.
    public init(_ runs: [(name: String, report: TreeReport)]) {
        precondition(runs.count > 1, "a comparison has something to compare")
        paths = runs.map(\.name)
        self.runs = zip(Self.shortened(paths), runs).map { (name: $0, report: $1.report) }
    }

    /// Paths without the directories at their beginnings, and the names at their ends, that all of them have.
    static func shortened(_ paths: [String]) -> [String] {
        var parts = paths.map { $0.split(separator: "/")[...] }
        func isCommon(_ part: (ArraySlice<Substring>) -> Substring?) -> Bool {
            parts.allSatisfy { $0.count > 1 } && Set(parts.map(part)).count == 1
        }
        while isCommon(\.first) { parts = parts.map { $0.dropFirst() } }
        while isCommon(\.last) { parts = parts.map { $0.dropLast() } }
        let names = parts.map { $0.joined(separator: "/") }
        return Set(names).count == Set(paths).count && !names.contains("") ? names : paths
    }

    /// The whole page.
    public var html: String {
        let names = paths.map(Markup.escape)
        return Page.document(
            title: "Comparison of \(runs.count) runs",
            body: """
                <header>
                <h1>Comparison of \(runs.count) runs</h1><p>\(names.joined(separator: ", "))</p>
                </header>
                <main>
                \(figures)
                \(trees)
                \(curves)
                </main>
                """)
    }

    // MARK: Figures

    /// A figure of a run: what it is, and half the width of its interval where that is known.
    private struct Measured {
        let value: Double
        let margin: Double?
        let decimals: Int

        var text: String {
            let text = String(format: "%.\(decimals)f", value)
            return margin.map { "\(text) <small>± \(String(format: "%.\(decimals)f", $0))</small>" } ?? text
        }
    }

    /// Half of an interval that holds 95 of 100: 1.96 standard errors.
    private static func margin(_ error: Double) -> Double { 1.96 * error }

    /// Cells of a table up to which its errors are estimated: each costs all metrics once.
    private static var mostCells: Int { 3000 }

    private static func rows(of report: TreeReport) -> [(name: String, Measured?)] {
        var rows: [(String, Measured?)] = [
            ("leaves", Measured(value: Double(report.leaves.count), margin: nil, decimals: 0))
        ]
        let errors = scoreErrors(of: report)
        let scores: [(String, KeyPath<ClusterScores, Double>)] = [
            ("dendrogram purity", \.dp), ("leaf purity", \.lp), ("accuracy", \.acc), ("NMI", \.nmi),
            ("ARI", \.ari),
        ]
        for (name, metric) in scores {
            rows.append(
                (
                    name,
                    report.scores.map {
                        Measured(
                            value: $0[keyPath: metric], margin: errors.map { margin($0[keyPath: metric]) },
                            decimals: 3)
                    }
                ))
        }
        let bound = report.bound
        rows.append(
            ("ELBO", bound.map { Measured(value: $0.elbo, margin: margin($0.error), decimals: 2) }))
        let parts: [(String, KeyPath<TreeReport.Bound, Double>)] = [
            ("reconstruction loss", \.reconstruction), ("KL of the root", \.klRoot),
            ("KL of the nodes", \.klNodes),
            ("KL of the decisions", \.klDecisions),
        ]
        for (name, part) in parts {
            rows.append((name, bound.map { Measured(value: $0[keyPath: part], margin: nil, decimals: 2) }))
        }
        return rows
    }

    private static func scoreErrors(of report: TreeReport) -> ClusterScores? {
        let leaves = report.nodes.filter(\.isLeaf)
        guard report.scores != nil, leaves.count * report.classes.count <= mostCells else { return nil }
        var table = ContingencyTable(labelCount: report.classes.count, leafCount: leaves.count)
        table.withMutableCounts { counts in
            for (column, leaf) in leaves.enumerated() {
                for (label, count) in leaf.classCounts.enumerated() {
                    counts[label * leaves.count + column] = Int64(count)
                }
            }
        }
        guard
            let hierarchy = try? Hierarchy(parents: report.nodes.map(\.parent), leaves: leaves.map(\.id))
        else { return nil }
        return ClusterScores.errors(table, over: hierarchy)
    }

    private var figures: String {
        let columns = runs.map { Self.rows(of: $0.report) }
        let head = runs.map { "<th scope=\"col\">\(Markup.escape($0.name))</th>" }.joined()
        let rows = columns[0].indices.compactMap { row -> String? in
            let measured = columns.map { $0[row].1 }
            guard measured.contains(where: { $0 != nil }) else { return nil }
            let cells = measured.map { "<td>\($0?.text ?? "")</td>" }.joined()
            return
                "<tr><th scope=\"row\">\(columns[0][row].name)</th>\(cells)<td>\(Self.spread(measured))</td></tr>"
        }.joined(separator: "\n")
        let facts = [
            ("data", runs.map { "\($0.report.dataset), \($0.report.part)" }),
            ("samples", runs.map { Wording.count($0.report.samples) }),
        ]
        .map { name, values in
            "<tr><th scope=\"row\">\(name)</th>\(values.map { "<td>\(Markup.escape($0))</td>" }.joined())<td></td></tr>"
        }.joined(separator: "\n")
        return """
            <section id="figures">
            <h2>Figures</h2>
            <p class="note">± is half of a 95 % interval over data sets of this size, the model being what it is: of the metrics by the jackknife, of the ELBO by the samples' spread. The last column has mean and standard deviation over the runs.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Figures"><table class="nodes comparison">
            <thead><tr><td></td>\(head)<th scope="col">runs</th></tr></thead>
            <tbody>
            \(facts)
            \(rows)
            </tbody></table></div>
            </section>
            """
    }

    /// Mean and standard deviation over the runs; nothing where one lacks the figure.
    private static func spread(_ measured: [Measured?]) -> String {
        let values = measured.compactMap { $0?.value }
        guard values.count == measured.count, let decimals = measured[0]?.decimals else { return "" }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(values.count - 1)).squareRoot()
        let shown = max(1, decimals)
        return String(format: "%.\(shown)f ± %.\(shown)f", mean, deviation)
    }

    // MARK: Trees

    private var trees: String {
        let drawings = runs.map { run in
            var report = run.report
            // Branches and names: what leaves hold is on the pages of the runs.
            for id in report.nodes.indices {
                report.nodes[id].data = nil
                report.nodes[id].generated = nil
                report.nodes[id].features = []
                report.nodes[id].contrasts = []
            }
            let svg = TreeDrawing(report, width: .narrow, use: .picture).svg
            return "<figure><figcaption><b>\(Markup.escape(run.name))</b></figcaption>\(svg)</figure>"
        }.joined(separator: "\n")
        return """
            <section id="trees">
            <h2>Trees</h2>
            <p class="note">Branches are as thick as samples take them; bars show the classes of a leaf.</p>
            <div class="trees">\(drawings)</div>
            </section>
            """
    }

    // MARK: Curves

    private var curves: String {
        let epochs = runs.map(\.report.history.count).max() ?? 0
        guard epochs > 0 else { return "" }
        let band = LineChart.Band(name: "", epochs: 0..<epochs, isSubtree: false)
        func chart(
            _ title: String, _ column: EpochRecord.Column, _ change: (inout LineChart) -> Void = { _ in }
        ) -> String {
            let series = runs.enumerated().map { index, run in
                LineChart.Series(
                    key: "\(column.rawValue)-\(index)", name: run.name, colour: index,
                    values: (0..<epochs).map {
                        $0 < run.report.history.count ? run.report.history[$0][column] : nil
                    })
            }
            guard series.contains(where: { $0.values.contains { $0?.isFinite == true } }) else { return "" }
            var chart = LineChart(key: column.rawValue, series: series, bands: [band], marks: [])
            change(&chart)
            let keys = series.map {
                "<span><i class=\"\(Palette.name($0.colour))\"></i>\(Markup.escape($0.name))</span>"
            }.joined()
            return """
                <figure class="chart"><figcaption><b>\(title)</b> <span class="keys">\(keys)</span></figcaption>
                \(chart.svg)</figure>
                """
        }
        let charts = [
            chart("NMI", .nmi) { $0.fixedRange = 0...1 }, chart("Accuracy", .acc) { $0.fixedRange = 0...1 },
            chart("Loss", .loss), chart("Leaves", .leaves) { $0.isStepped = true },
        ]
        return """
            <section id="curves">
            <h2>Curves</h2>
            <p class="note">Over the epochs of all phases. Losses of different phases are not of one kind.</p>
            <div class="charts">\(charts.joined(separator: "\n"))</div>
            </section>
            """
    }
}
