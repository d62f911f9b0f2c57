import Checkpoints
import Collectives
import Datasets
import TreeModel

/// How the samples of a data set fall into leaves, one by one.
package struct LeafSurvey {
    /// Sizes of the leaves, and classes where there are labels.
    package let clustering: Clustering
    /// The most probable leaf of every sample, of all ranks: its index in ``Clustering/leaves``.
    package let assignments: [Int32]

    /// A survey as it was counted.
    package init(clustering: Clustering, assignments: [Int32]) {
        self.clustering = clustering
        self.assignments = assignments
    }

    /// Looks at all samples; collective.
    package init<R: Scalar>(_ evaluator: Evaluator<R>, of dataset: Dataset) throws {
        var tally = LeafTally<R>(dataset, leaves: evaluator.model.tree.leaves)
        var mine: [Int32] = []
        try evaluator.forEachLeafProbabilities(of: dataset) { probabilities, _ in
            tally.add(probabilities)
            mine += probabilities.hardAssignments()
        }
        clustering = try tally.clustering(evaluator.communicator)
        assignments = try evaluator.communicator.allGather(mine, purpose: "leaves of samples").flatMap { $0 }
    }

    /// At most `count` samples of some leaves together, at even distances in the order of the data.
    ///
    /// - Parameter leaves: identifiers.
    package func examples(_ count: Int, of leaves: Set<Int>) -> [Int32] {
        let wanted = clustering.leaves.map(leaves.contains)
        let samples = assignments.indices.filter { wanted[Int(assignments[$0])] }
        let shown = min(count, samples.count)
        return (0..<shown).map { Int32(samples[(2 * $0 + 1) * samples.count / (2 * shown)]) }
    }
}
