import Checkpoints
import CommandSupport
import Files
import Foundation
import Store

/// Ours beside the paper's.
public struct ReproductionTable {
    private let plan: ReproductionPlan
    private let records: [ReproductionRecord]

    /// A table of what was measured.
    public init(_ plan: ReproductionPlan, _ records: [ReproductionRecord]) {
        self.plan = plan
        self.records = records
    }

    private static let headings = [
        "data", "method", "metric", "runs", "ours", "paper", "difference", "95 % interval", "minutes",
    ]

    /// A line for each cell.
    private var rows: [[String]] {
        plan.datasets.flatMap { dataset in
            plan.methods.flatMap { method in cells(dataset, method) } + later(dataset)
        }
    }

    private func cells(_ dataset: String, _ method: Method) -> [[String]] {
        let runs = records.filter { $0.dataset == dataset && $0.method == method.rawValue }
        return plan.table.metrics.map { metric in
            let values = runs.compactMap { $0[metric] }
            let published = PaperFigure(plan.table, dataset: dataset, method: method, metric: metric)
            let names = [dataset, method.title, metric.heading, String(values.count)]
            let paper = published.map { Self.text($0.mean, $0.deviation, signed: false) } ?? "not known"
            guard !values.isEmpty else { return names + ["-", paper, "-", "-", "-"] }
            let summary = FigureSummary(values, published: published)
            let minutes = runs.reduce(0) { $0 + $1.seconds } / Double(runs.count) / 60
            return names + [
                Self.text(summary.mean, summary.deviation, signed: false), paper,
                summary.difference.map { Self.text($0, nil, signed: true) } ?? "-",
                summary.interval.map { String(format: "%+.2f to %+.2f", $0.lowerBound, $0.upperBound) }
                    ?? "-",
                String(format: "%.1f", minutes),
            ]
        }
    }

    /// What others have published since, with what it uses more.
    private func later(_ dataset: String) -> [[String]] {
        guard plan.table == .table1 else { return [] }
        return LaterWork.rows(dataset: dataset).flatMap { work in
            zip(plan.table.metrics, work.figures).compactMap { metric, figure in
                figure.map {
                    [
                        dataset, "\(work.system): \(work.uses)", metric.heading, "-", "-",
                        Self.text($0, nil, signed: false), "-", "-", "-",
                    ]
                }
            }
        }
    }

    private static func text(_ value: Double, _ deviation: Double?, signed: Bool) -> String {
        String(format: signed ? "%+.2f" : "%.2f", value)
            + (deviation.map { String(format: " ± %.2f", $0) } ?? "")
    }

    /// For people at a terminal.
    public var text: String {
        var table = TextTable([.left, .left, .left, .right, .right, .right, .right, .right, .right])
        for row in [Self.headings] + rows { table.append(row) }
        return table.text
    }

    /// For a document.
    public var markdown: String {
        let lines = [Self.headings, Self.headings.map { _ in "---" }] + rows
        return "# \(plan.table == .table1 ? "Table 1" : "Table 2"), \(plan.schedule.rawValue) schedule\n\n"
            + "Ours: mean and deviation over the runs. The paper's: those of ten seeds, where they are known here. The interval is "
            + "a 95 % t-interval of the difference. Rows of later work are as their authors publish them, with what they use "
            + "more.\n\n"
            + lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    /// Writes the table as Markdown and all records as HDF5 into the output directory.
    ///
    /// - Returns: the two paths.
    /// - Throws: `StoreError` where they cannot be written.
    public func write() throws -> [String] {
        let stem = Directory.join(plan.out, "\(plan.table.rawValue)-\(plan.schedule.rawValue)")
        try AtomicFile.write(markdown, to: stem + ".md")
        let file = try HDF5File.create(stem + ".h5")
        let root = try file.root
        try root.setAttribute("format", to: "treevae-dist reproduction")
        try root.setAttribute("format_version", to: 1)
        try root.setAttribute("table", to: plan.table.rawValue)
        try root.setAttribute("schedule", to: plan.schedule.rawValue)
        try root.write(texts: records.map(\.dataset), to: "dataset")
        try root.write(texts: records.map(\.method), to: "method")
        try root.write(records.map { Int32($0.seed) }, to: "seed")
        try root.write(records.map(\.seconds), to: "seconds")
        for metric in plan.table.metrics {
            try root.write(records.map { $0[metric] ?? .nan }, to: metric.rawValue)
        }
        try file.close()
        return [stem + ".md", stem + ".h5"]
    }
}
