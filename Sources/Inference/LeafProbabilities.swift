import Checkpoints
import Kernels

/// The probability of every leaf for some consecutive samples of this rank.
package final class LeafProbabilities<R: Scalar> {
    /// Identifiers, breadth first.
    package let leaves: [Int]
    /// The samples.
    package let samples: Range<Int>
    /// `[leaves, samples]`.
    private let values: Storage<R>

    package init(leaves: [Int], samples: Range<Int>) {
        self.leaves = leaves
        self.samples = samples
        values = Storage(count: leaves.count * samples.count)
    }

    /// Probabilities of a leaf (by index) for the samples.
    package func row(_ leaf: Int) -> UnsafeMutableBufferPointer<R> {
        UnsafeMutableBufferPointer(start: values.pointer + leaf * samples.count, count: samples.count)
    }

    /// Copies one leaf's probabilities of a batch.
    package func set(leaf: Int, samples range: Range<Int>, from batch: UnsafePointer<R>) {
        (values.pointer + leaf * samples.count + range.lowerBound - samples.lowerBound)
            .update(from: batch, count: range.count)
    }

    /// The samples, in order, with at least probability `threshold` of a leaf.
    package func members(leaf: Int, threshold: Double) -> [Int32] {
        let limit = R(threshold)
        let row = row(leaves.firstIndex(of: leaf)!)
        return row.indices.filter { row[$0] >= limit }.map { Int32(samples.lowerBound + $0) }
    }

    /// Index of the most probable leaf of each sample; the first of equals.
    package func hardAssignments() -> [Int32] {
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
