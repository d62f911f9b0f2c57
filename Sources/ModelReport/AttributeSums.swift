import Checkpoints
import Datasets
import Inference
import Report
import Topology
import TreeModel

/// How many samples of each leaf have each attribute.
struct AttributeSums {
    private let names: [String]
    private let leaves: [Int]
    private let samples: [Int]
    /// `[attributes, leaves]`.
    private var counts: [Int]

    /// Counts over all samples.
    init(_ attributes: SampleAttributes, _ survey: LeafSurvey) {
        names = attributes.names
        leaves = survey.clustering.leaves
        samples = survey.clustering.leafCounts
        counts = [Int](repeating: 0, count: names.count * leaves.count)
        for (sample, leaf) in survey.assignments.enumerated() {
            for attribute in names.indices where attributes.values[sample * names.count + attribute] != 0 {
                counts[attribute * leaves.count + Int(leaf)] += 1
            }
        }
    }

    /// Tells the report how frequent attributes are below every node.
    func describe(_ report: inout TreeReport, in tree: Tree) {
        report.attributes = names
        report.attributeShares = shares(below: 0, in: tree)
        for node in tree.nodes { report.nodes[node.id].attributeShares = shares(below: node.id, in: tree) }
    }

    private func shares(below node: Int, in tree: Tree) -> [Double] {
        let columns = leaves.indices.filter { tree.isAncestor(node, of: leaves[$0]) }
        let total = columns.reduce(0) { $0 + samples[$1] }
        return names.indices.map { attribute in
            let count = columns.reduce(0) { $0 + counts[attribute * leaves.count + $1] }
            return Double(count) / Double(max(1, total))
        }
    }
}
