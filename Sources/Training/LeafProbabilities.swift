import ClusterMetrics
import Collectives
import Kernels

/// The probability of every leaf for each sample of this rank's share.
final class LeafProbabilities<R: Scalar> {
    /// Identifiers, breadth first.
    let leaves: [Int]
    /// This rank's samples, out of ``total``.
    let samples: Range<Int>
    let total: Int
    /// `[leaves, samples on this rank]`.
    private let values: Storage<R>

    init(leaves: [Int], samples: Range<Int>, total: Int) {
        self.leaves = leaves
        self.samples = samples
        self.total = total
        values = Storage(count: leaves.count * samples.count)
    }

    /// Probabilities of a leaf (by index) for this rank's samples.
    func row(_ leaf: Int) -> UnsafeMutableBufferPointer<R> {
        UnsafeMutableBufferPointer(start: values.pointer + leaf * samples.count, count: samples.count)
    }

    /// Copies one leaf's probabilities of a batch.
    func set(leaf: Int, samples range: Range<Int>, from batch: UnsafePointer<R>) {
        (values.pointer + leaf * samples.count + range.lowerBound - samples.lowerBound)
            .update(from: batch, count: range.count)
    }

    /// Mean probability of each leaf over all ranks' samples.
    func shares(_ communicator: any Communicator) throws -> [Double] {
        var sums = leaves.indices.map { R.sum(row($0).baseAddress!, count: samples.count) }
        try communicator.sum(&sums, purpose: "leaf shares")
        return sums.map { $0 / Double(max(1, total)) }
    }

    /// Number of samples, over all ranks, with at least probability `threshold` of each leaf.
    func members(threshold: Double, _ communicator: any Communicator) throws -> [Int] {
        let limit = R(threshold)
        var counts = leaves.indices.map { leaf in Int64(row(leaf).count { $0 >= limit }) }
        try communicator.sum(&counts, purpose: "subset sizes")
        return counts.map(Int.init)
    }

    /// The samples, of all ranks and in order, with at least probability `threshold` of a leaf.
    func subset(leaf: Int, threshold: Double, _ communicator: any Communicator) throws -> [Int32] {
        let limit = R(threshold)
        let row = row(leaves.firstIndex(of: leaf)!)
        let mine = row.indices.filter { row[$0] >= limit }.map { Int32(samples.lowerBound + $0) }
        return try communicator.allGather(mine, purpose: "subset of a leaf").flatMap { $0 }
    }

    /// Index of the most probable leaf of each of this rank's samples; the first of equals.
    func hardAssignments() -> [Int32] {
        var best = [Int32](repeating: 0, count: samples.count)
        guard !samples.isEmpty else { return best }
        var probability = Array(row(0))
        for leaf in leaves.indices.dropFirst() {
            let row = row(leaf)
            for sample in row.indices where row[sample] > probability[sample] {
                probability[sample] = row[sample]
                best[sample] = Int32(leaf)
            }
        }
        return best
    }
}
