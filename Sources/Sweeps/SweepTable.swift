import CommandSupport
import Foundation

/// The runs of a sweep side by side, and each figure's mean, deviation, worst and best.
package struct SweepTable {
    /// A figure of every run.
    private struct Column {
        let name: String
        let digits: Int
        /// Whether the largest value is the best; nil where no value is.
        let largestIsBest: Bool?
        /// By run; nil where a run has none.
        let values: [Double?]
    }

    private let seeds: [Int]
    private let columns: [Column]
    /// The row of the run whose routers are surest, by which a tree is chosen where nothing is labelled: a tree that
    /// divides what belongs together sends many samples both ways. Measured in docs/stability.md. Nil for one run, and
    /// where no tree has two leaves.
    private let chosen: Int?

    /// - Parameter runs: in the order of the table; at least one.
    package init(_ runs: [SweepRun]) {
        seeds = runs.map(\.seed)
        let trees = runs.indices.filter { runs[$0].evaluation.leaves > 1 }
        chosen = runs.count > 1 ? trees.max { runs[$0].confidence < runs[$1].confidence } : nil
        func column(
            _ name: String, _ digits: Int, _ largestIsBest: Bool?, _ value: (SweepRun) -> Double?
        ) -> Column {
            Column(name: name, digits: digits, largestIsBest: largestIsBest, values: runs.map(value))
        }
        let unlabelled = [
            column("leaves", 0, nil) { Double($0.evaluation.leaves) },
            column("empty", 0, false) { Double($0.evaluation.clustering.leafCounts.count { $0 == 0 }) },
            column("elbo", 3, true) { $0.evaluation.terms.elbo },
            column("rec_loss", 3, false) { $0.evaluation.terms.reconstruction },
            column("kl_root", 3, nil) { $0.evaluation.terms.klRoot },
            column("kl_nodes", 3, nil) { $0.evaluation.terms.klNodes },
            column("kl_decisions", 3, nil) { $0.evaluation.terms.klDecisions },
            column("confidence", 4, true, \.confidence),
            column("balance", 4, nil, \.balance),
            column("agreement", 4, true) { run in
                let others = runs.filter { $0.seed != run.seed }
                guard !others.isEmpty else { return nil }
                return others.reduce(0) { $0 + run.agreement(with: $1) } / Double(others.count)
            },
        ]
        let labelled = [
            column("dp", 4, true) { $0.evaluation.scores?.dp },
            column("lp", 4, true) { $0.evaluation.scores?.lp },
            column("acc", 4, true) { $0.evaluation.scores?.acc },
            column("nmi", 4, true) { $0.evaluation.scores?.nmi },
            column("ari", 4, true) { $0.evaluation.scores?.ari },
        ]
        columns = (unlabelled + labelled).filter { $0.values.contains { $0 != nil } }
    }

    /// One line a run under a line of names, and one for each of the four summaries.
    private var rows: [[String]] {
        let heading = ["seed"] + columns.map(\.name)
        let runs = seeds.indices.map { row in
            [String(seeds[row])] + columns.map { Self.text($0.values[row], $0.digits) }
        }
        let summaries: [(String, (Column) -> Double?)] = [
            ("mean", { Self.statistics($0)?.mean }), ("deviation", { Self.statistics($0)?.deviation }),
            ("worst", { Self.extreme($0, best: false) }), ("best", { Self.extreme($0, best: true) }),
        ]
        return [heading] + runs
            + summaries.map { name, summary in
                [name] + columns.map { Self.text(summary($0), max(2, $0.digits)) }
            } + (chosen.map { row in [["chosen"] + runs[row].dropFirst()] } ?? [])
    }

    /// A table for people.
    package var text: String {
        var table = TextTable([.left] + columns.map { _ in .right })
        for row in rows { table.append(row) }
        guard let chosen else { return table.text }
        return table.text
            + "\nchosen: seed \(seeds[chosen]), the surest of where its samples belong (confidence)\n"
    }

    /// The same as comma-separated values; what a run does not have is empty.
    package var csv: String {
        rows.map { $0.map { $0 == "-" ? "" : $0 }.joined(separator: ",") + "\n" }.joined()
    }

    private static func text(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "-"
    }

    private static func statistics(_ column: Column) -> SampleStatistics? {
        SampleStatistics(column.values.compactMap(\.self))
    }

    private static func extreme(_ column: Column, best: Bool) -> Double? {
        let values = column.values.compactMap(\.self)
        return column.largestIsBest.flatMap { $0 == best ? values.max() : values.min() }
    }
}
