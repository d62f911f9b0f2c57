/// Which places of an epoch's order this rank's columns of a global batch hold, and as which view.
///
/// A batch with two views has the first view of all its samples and then the second of all: sample `i` of `n` stands in the
/// global columns `i` and `n + i`.
package struct BatchColumns {
    /// Place of the batch's first sample.
    package let first: Int
    /// Samples of the global batch.
    package let samples: Int
    /// This rank's columns of the global batch.
    package let columns: Range<Int>

    /// Columns that hold one view each of these places.
    package init(_ places: Range<Int>) {
        self.init(first: places.lowerBound, samples: places.count, columns: 0..<places.count)
    }

    /// Columns of a batch of the `samples` places from `first` on.
    package init(first: Int, samples: Int, columns: Range<Int>) {
        self.first = first
        self.samples = samples
        self.columns = columns
    }

    /// Number of this rank's columns.
    package var count: Int { columns.count }

    /// The place of each column's sample.
    package var places: some Sequence<Int> { columns.lazy.map { [first, samples] in first + $0 % samples } }

    /// The place of the first column's sample; without a second view, all others follow it.
    package var start: Int { columns.isEmpty ? first : first + columns.lowerBound % samples }

    /// Which view of its sample a column holds, counted on this rank.
    package func view(ofColumn column: Int) -> Int { (columns.lowerBound + column) / samples }
}
