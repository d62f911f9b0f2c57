import ArgumentParser
import Checkpoints
import ClusterMetrics
import CommandOptions
import Inference

/// `treevae-dist cut`: flat clusters.
package struct CutCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cut",
        abstract: "Cut the tree into flat clusters.",
        discussion: """
            The last splits of growth are undone until k clusters are left; a cluster is named by the node that \
            stands for it. Without assignments the result is a line for each leaf, leaf,cluster; with the CSV file of \
            'assign' a line for each sample, sample,leaf,cluster. ('assign --clusters' does the same at once, in \
            every format.)

            EXAMPLES:
              treevae-dist cut --checkpoint runs/mnist/model.h5 --clusters 4
              treevae-dist cut --checkpoint runs/mnist/model.h5 --clusters 4 --assignments leaves.csv --out flat.csv
            """)

    package init() {}

    @Option(
        help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @Option(help: ArgumentHelp("Clusters, from 1 to the number of leaves.", valueName: "k"))
    var clusters: Int

    @Option(
        help: ArgumentHelp("CSV file with the columns sample and leaf.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var assignments: String?

    @OptionGroup var output: OptionalOutputOptions

    package func run() throws {
        let tree = try CheckpointReader(checkpoint).header.tree
        if let problem = tree.cutProblem(into: clusters) {
            throw TrainingError("--clusters \(clusters): \(problem)")
        }
        let cut = tree.cut(into: clusters)
        guard let assignments else {
            return try output.write(
                "leaf,cluster\n" + zip(tree.leaves, cut).map { "\($0),\($1)\n" }.joined())
        }
        let clusterOfLeaf = Dictionary(uniqueKeysWithValues: zip(tree.leaves.map(String.init), cut))
        let column = try SampleColumn(contentsOf: assignments, column: "leaf")
        var text = "sample,leaf,cluster\n"
        for entry in column.entries {
            guard let cluster = clusterOfLeaf[entry.value] else {
                throw TrainingError(
                    "\(assignments):\(entry.line): leaf '\(entry.value)' is none of \(checkpoint), which has "
                        + tree.leaves.map(String.init).joined(separator: ", "))
            }
            text += "\(csvField(entry.sample)),\(entry.value),\(cluster)\n"
        }
        try output.write(text)
    }
}
