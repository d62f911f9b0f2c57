import Collectives
import Datasets
import TreeModel

/// How the samples of a data set fall into leaves, one by one.
struct LeafSurvey {
    /// Sizes of the leaves, and classes where there are labels.
    let clustering: Clustering
    /// The most probable leaf of every sample, of all ranks: its index in ``Clustering/leaves``.
    let assignments: [Int32]

    /// A survey as it was counted.
    init(clustering: Clustering, assignments: [Int32]) {
        self.clustering = clustering
        self.assignments = assignments
    }

    /// Looks at all samples; collective.
    init<R: Scalar>(_ evaluator: Evaluator<R>, of dataset: Dataset) throws {
        let probabilities = try evaluator.leafProbabilities(of: dataset)
        clustering = try Clustering(probabilities, of: dataset, evaluator.communicator)
        assignments = try evaluator.communicator.allGather(
            probabilities.hardAssignments(), purpose: "leaves of samples"
        ).flatMap { $0 }
    }

    /// At most `count` samples of each leaf, at even distances in the order of the data; by leaf.
    func examples(_ count: Int) -> [[Int32]] {
        var members = [[Int32]](repeating: [], count: clustering.leaves.count)
        for (sample, leaf) in assignments.enumerated() { members[Int(leaf)].append(Int32(sample)) }
        return members.map { samples in
            let shown = min(count, samples.count)
            return (0..<shown).map { samples[(2 * $0 + 1) * samples.count / (2 * shown)] }
        }
    }
}
