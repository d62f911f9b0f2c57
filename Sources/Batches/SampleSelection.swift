import Datasets

/// Samples of a data set in ascending order: all of them, or those of a leaf's subset.
package struct SampleSelection: Sendable {
    /// Number of samples.
    package let count: Int
    /// Nil where every sample belongs to it.
    private let members: [Int32]?

    /// The first `count` samples.
    package init(first count: Int) {
        self.count = count
        members = nil
    }

    /// These samples, ascending.
    package init(_ members: [Int32]) {
        count = members.count
        self.members = members
    }

    /// The sample at a position.
    package subscript(position: Int) -> Int32 { members?[position] ?? Int32(position) }

    /// The first position whose sample is not below `sample`.
    func position(notBelow sample: Int32) -> Int {
        guard let members else { return min(count, Int(sample)) }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if members[middle] < sample { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Dataset {
    /// Every sample.
    package var allSamples: SampleSelection { SampleSelection(first: count) }
}
