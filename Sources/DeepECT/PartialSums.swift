/// Sums over the samples of a batch that any number of ranks up to four adds up in the same order (see `BatchShape`).
package struct PartialSums {
    private let count: Int
    /// `[4, count]`.
    private var sums: [Double]

    /// So many sums, all 0.
    package init(count: Int) {
        self.count = count
        sums = Array(repeating: 0, count: 4 * count)
    }

    /// Adds the value of a sample in a slice of this rank's part of the batch.
    package mutating func add(_ value: Double, to index: Int, slice: Int) {
        sums[slice % 4 * count + index] += value
    }

    /// This rank's part of each sum.
    package var totals: [Double] {
        (0..<count).map { (sums[$0] + sums[count + $0]) + (sums[2 * count + $0] + sums[3 * count + $0]) }
    }
}
