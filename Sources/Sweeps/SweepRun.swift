import Checkpoints
import ClusterMetrics
import Collectives
import Datasets
import Foundation
import Inference
import TreeModel

/// What a sweep knows of one finished run: scores without labels, metrics where there are labels.
package struct SweepRun {
    package let seed: Int
    /// Tells its model from others.
    let model: String
    /// The tree, and where the samples are in it.
    package let member: SplitSupport.Member
    package let evaluation: Evaluation
    /// Mean over the samples of the probability of their most probable leaf.
    package let confidence: Double

    /// Looks at a model; collective.
    package init<R: Scalar>(
        seed: Int, _ reader: CheckpointReader, on dataset: Dataset, communicator: any Communicator,
        scalar: R.Type
    ) throws {
        self.seed = seed
        model = reader.header.courseDigest
        let evaluator = try Evaluator<R>(reader, communicator: communicator)
        evaluation = try Evaluation(
            evaluator, of: dataset, seed: reader.header.configuration.seedBits)
        var mine: [Int32] = []
        var confidence = [0.0]
        try evaluator.forEachLeafProbabilities(of: dataset) { probabilities, _ in
            let leaves = probabilities.hardAssignments()
            mine += leaves
            for (column, leaf) in leaves.enumerated() {
                confidence[0] += Double(probabilities.row(Int(leaf))[column])
            }
        }
        try communicator.sum(&confidence, purpose: "confidence of routers")
        self.confidence = confidence[0] / Double(max(1, dataset.count))
        member = SplitSupport.Member(
            tree: reader.header.tree,
            assignments: try communicator.allGather(mine, purpose: "leaves of samples").flatMap { $0 })
    }

    /// Entropy of the leaves' shares over its largest value: 1 for leaves of one size.
    package var balance: Double {
        let counts = evaluation.clustering.leafCounts
        guard counts.count > 1 else { return 1 }
        let total = Double(max(1, counts.reduce(0, +)))
        let entropy = counts.filter { $0 > 0 }.reduce(0) { $0 - Double($1) / total * log(Double($1) / total) }
        return entropy / log(Double(counts.count))
    }

    /// The adjusted Rand index of its leaves and those of another run.
    package func agreement(with other: SweepRun) -> Double {
        ContingencyTable(
            labels: member.assignments.map(Int.init), leaves: other.member.assignments.map(Int.init)
        ).adjustedRandIndex
    }
}
