import ArgumentParser
import Checkpoints
import ClusterMetrics
import CommandSupport
import Foundation

/// `treevae-dist score`: the five metrics for a hierarchical clustering made elsewhere.
package struct ScoreCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score any hierarchical clustering: tree, assignments and labels from files.",
        discussion: """
            The tree is a Newick file whose leaves have names; it need not be binary. The two CSV files have \
            a header and one line a sample: sample,leaf and sample,label. Both must hold the same samples.

            EXAMPLES:
              treevae-dist score --tree tree.nwk --assignments leaves.csv --labels labels.csv
              treevae-dist score --tree tree.nwk --assignments leaves.csv --labels labels.csv --json
            """)

    package init() {}

    @Option(
        help: ArgumentHelp("Newick file; every leaf has a name of its own.", valueName: "file"),
        completion: .file())
    var tree: String

    @Option(
        help: ArgumentHelp("CSV file with the columns sample and leaf.", valueName: "file"),
        completion: .file())
    var assignments: String

    @Option(
        help: ArgumentHelp("CSV file with the columns sample and label.", valueName: "file"),
        completion: .file())
    var labels: String

    @Flag(help: "Print one JSON object: dp, lp, acc, nmi, ari, leaves, samples.")
    var json = false

    package func run() throws {
        let clustering = try ExternalClustering(tree: tree, assignments: assignments, labels: labels)
        let report = ScoreReport(clustering)
        print(json ? try report.json() : report.text)
    }
}

/// What `score` prints.
private struct ScoreReport: Encodable {
    private let scores: ClusterScores
    private let leaves: Int
    private let samples: Int64

    private enum CodingKeys: CodingKey { case leaves, samples }

    init(_ clustering: ExternalClustering) {
        scores = clustering.scores
        leaves = clustering.hierarchy.leaves.count
        samples = clustering.table.sampleCount
    }

    func encode(to encoder: any Encoder) throws {
        try scores.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(leaves, forKey: .leaves)
        try container.encode(samples, forKey: .samples)
    }

    var text: String {
        let rows = [
            ("dendrogram purity", scores.dp), ("leaf purity", scores.lp), ("accuracy", scores.acc),
            ("normalised mutual information", scores.nmi), ("adjusted Rand index", scores.ari),
        ]
        var table = TextTable([.left, .right])
        for (name, value) in rows { table.append([name, String(format: "%.4f", value)]) }
        return table.text + "\n\(samples) samples in \(leaves) leaves"
    }
}
