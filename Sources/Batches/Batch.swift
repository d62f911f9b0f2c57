import Layers

/// Which samples this rank's columns of a global batch are to hold, and as which view.
///
/// A batch with two views has the first view of all its samples and then the second of all: sample `i` of `n` stands in the
/// global columns `i` and `n + i`.
package struct BatchPlan: Sendable {
    /// Place in the pass of the batch's first sample.
    package let first: Int
    /// Samples of the global batch.
    package let samples: Int
    /// This rank's columns, and those of all ranks.
    package let shape: BatchShape

    /// A batch of the `samples` places from `first` on.
    package init(first: Int, samples: Int, shape: BatchShape) {
        self.first = first
        self.samples = samples
        self.shape = shape
    }

    /// A batch of this rank alone: one view of each of these places.
    ///
    /// - Parameter sliceColumns: see `BatchShape`.
    package init(_ places: Range<Int>, sliceColumns: Int? = nil) {
        self.init(
            first: places.lowerBound, samples: places.count,
            shape: BatchShape(
                columns: places.count, globalColumns: places.count, sliceColumns: sliceColumns))
    }

    /// Number of this rank's columns.
    package var columns: Int { shape.columns }

    /// The place of a column's sample.
    package func place(ofColumn column: Int) -> Int { first + (shape.firstColumn + column) % samples }

    /// Which view of its sample a column holds, counted on this rank.
    package func view(ofColumn column: Int) -> Int { (shape.firstColumn + column) / samples }
}

/// A batch whose samples are loaded: what a step of training or of evaluation takes.
package struct Batch {
    /// Which samples it holds.
    package let plan: BatchPlan
    /// Where its samples are in the selection that the pass goes over, `[columns]`; valid until the next batch.
    package var positions: UnsafePointer<Int32> { UnsafePointer(numbers.positions) }
    /// What tells its columns apart, `[columns]`: the samples, of second views with the highest bit set. Noise is drawn by
    /// it, for each view its own. Valid until the next batch.
    package var identities: UnsafePointer<Int32> { UnsafePointer(numbers.identities) }
    /// What the two pointers lead to lives as long as the batch, even if its pass does not.
    let numbers: SampleNumbers

    /// This rank's columns, and those of all ranks.
    package var shape: BatchShape { plan.shape }
    /// The places of its samples in the pass, where every column holds the first view of the next one.
    package var places: Range<Int> { plan.first..<plan.first + plan.columns }
}

/// Numbers of the samples in a batch, which the batches of a pass fill one after the other.
final class SampleNumbers {
    /// `[columns]`; see ``Batch``.
    let positions: UnsafeMutablePointer<Int32>
    /// `[columns]`; see ``Batch``.
    let identities: UnsafeMutablePointer<Int32>

    /// Room for so many columns.
    init(columns: Int) {
        positions = .allocate(capacity: columns)
        identities = .allocate(capacity: columns)
    }

    deinit {
        positions.deallocate()
        identities.deallocate()
    }
}
