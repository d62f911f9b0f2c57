/// How many samples of each label fell into each leaf: all that the five cluster metrics need.
///
/// Labels and leaves are the indices `0 ..< labelCount` and `0 ..< leafCount`; an index that no sample has is
/// an empty row or column and changes no metric. Tables add up, so each rank may count its own samples and
/// the ranks sum ``counts``.
public struct ContingencyTable: Sendable, Equatable {
    /// Rows.
    public let labelCount: Int
    /// Columns.
    public let leafCount: Int
    /// Samples, `[labelCount, leafCount]`, row-major.
    public private(set) var counts: [Int64]

    /// An empty table.
    public init(labelCount: Int, leafCount: Int) {
        precondition(labelCount >= 0 && leafCount >= 0, "a table has no negative size")
        self.labelCount = labelCount
        self.leafCount = leafCount
        counts = Array(repeating: 0, count: labelCount * leafCount)
    }

    /// The table of two parallel arrays, just large enough for their largest indices.
    public init(labels: [Int], leaves: [Int]) {
        precondition(labels.count == leaves.count, "each sample has one label and one leaf")
        self.init(labelCount: (labels.max() ?? -1) + 1, leafCount: (leaves.max() ?? -1) + 1)
        for (label, leaf) in zip(labels, leaves) { add(label: label, leaf: leaf) }
    }

    /// Samples of `label` in `leaf`.
    public subscript(label: Int, leaf: Int) -> Int64 { counts[label * leafCount + leaf] }

    /// Counts one sample.
    public mutating func add(label: Int, leaf: Int) {
        precondition((0..<labelCount).contains(label), "label \(label) is outside 0..<\(labelCount)")
        precondition((0..<leafCount).contains(leaf), "leaf \(leaf) is outside 0..<\(leafCount)")
        counts[label * leafCount + leaf] += 1
    }

    /// Adds another table of the same size.
    public mutating func merge(_ other: ContingencyTable) {
        precondition(
            labelCount == other.labelCount && leafCount == other.leafCount, "tables differ in size")
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Gives `body` the counts, `[labelCount, leafCount]`, to be summed over ranks in place.
    public mutating func withMutableCounts<Result, Failure: Error>(
        _ body: (inout [Int64]) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer {
            precondition(counts.count == labelCount * leafCount, "the counts of a table keep their number")
        }
        return try body(&counts)
    }
}
