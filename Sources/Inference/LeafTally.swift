import Checkpoints
import ClusterMetrics
import Collectives
import Datasets

/// Counts how a data set falls into the leaves of a tree, from the leaf probabilities of one batch after the other.
package struct LeafTally<R: Scalar> {
    private let dataset: Dataset
    private let leaves: [Int]
    private let thresholds: [Double]
    private var sums: [Double]
    private var members: [Int64]
    private var counts: [Int64]
    private var table: ContingencyTable?

    /// Nothing yet.
    ///
    /// - Parameters:
    ///   - leaves: identifiers, breadth first.
    ///   - thresholds: probabilities from which on samples are to be counted as members of a leaf.
    package init(_ dataset: Dataset, leaves: [Int], thresholds: [Double] = []) {
        self.dataset = dataset
        self.leaves = leaves
        self.thresholds = thresholds
        sums = Array(repeating: 0, count: leaves.count)
        members = Array(repeating: 0, count: leaves.count * thresholds.count)
        counts = Array(repeating: 0, count: leaves.count)
        table =
            dataset.labels == nil
            ? nil : ContingencyTable(labelCount: dataset.classCount, leafCount: leaves.count)
    }

    /// Adds some samples of this rank.
    package mutating func add(_ probabilities: LeafProbabilities<R>) {
        for leaf in leaves.indices {
            let row = probabilities.row(leaf)
            sums[leaf] += R.sum(row.baseAddress!, count: row.count)
            for (index, threshold) in thresholds.enumerated() {
                let limit = R(threshold)
                members[index * leaves.count + leaf] += Int64(row.count { $0 >= limit })
            }
        }
        add(probabilities.hardAssignments(), samples: probabilities.samples)
    }

    /// Adds the leaves of some samples of this rank, each as its place among the leaves, where no probabilities are known.
    package mutating func add(_ assignments: [Int32], samples: Range<Int>) {
        for leaf in assignments { counts[Int(leaf)] += 1 }
        guard let labels = dataset.labels else { return }
        for (leaf, sample) in zip(assignments, samples) {
            table?.add(label: Int(labels[sample]), leaf: Int(leaf))
        }
    }

    /// The clustering of all ranks' samples; collective.
    package func clustering(_ communicator: any Communicator) throws -> Clustering {
        var counts = counts
        try communicator.sum(&counts, purpose: "leaf sizes")
        var table = table
        try table?.withMutableCounts { try communicator.sum(&$0, purpose: "contingency table") }
        return Clustering(leaves: leaves, leafCounts: counts.map(Int.init), table: table)
    }

    /// Mean probability of each leaf over all ranks' samples; collective.
    package func shares(_ communicator: any Communicator) throws -> [Double] {
        var sums = sums
        try communicator.sum(&sums, purpose: "leaf shares")
        return sums.map { $0 / Double(max(1, dataset.count)) }
    }

    /// Number of samples, over all ranks, with at least a probability of each leaf; collective.
    ///
    /// - Parameter threshold: one of those that were asked for.
    package func members(threshold: Double, _ communicator: any Communicator) throws -> [Int] {
        guard let index = thresholds.firstIndex(of: threshold) else {
            preconditionFailure("members from \(threshold) on were not counted")
        }
        var members = Array(members[index * leaves.count..<(index + 1) * leaves.count])
        try communicator.sum(&members, purpose: "subset sizes")
        return members.map(Int.init)
    }
}
