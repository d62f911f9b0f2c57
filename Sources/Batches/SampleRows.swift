import Collectives
import Kernels

/// Computed features of samples, one row a sample, from which batches are gathered.
package final class SampleRows<R: Real & Reducible> {
    /// Values of one sample.
    package let features: Int
    /// Number of rows.
    package let count: Int
    private let storage: Storage<R>

    /// Room for `count` rows.
    package init(features: Int, count: Int) {
        self.features = features
        self.count = count
        storage = Storage(count: features * count)
    }

    /// Copies a batch, `[features, stride]`, into consecutive rows.
    package func set(rows: Range<Int>, from batch: UnsafePointer<R>) {
        R.transpose(
            batch, rows: features, columns: rows.count, stride: paddedStride(rows.count),
            into: storage.pointer + rows.lowerBound * features)
    }

    /// Gathers rows into a batch, `[features, stride]`.
    package func load(_ rows: UnsafePointer<Int32>, columns: Int, into batch: UnsafeMutablePointer<R>) {
        R.gather(
            values: storage.pointer, features: features, indices: rows, columns: columns,
            stride: paddedStride(columns), scale: 1, into: batch)
    }

    /// All values, row-major.
    package var values: [Double] {
        UnsafeBufferPointer(start: storage.pointer, count: features * count).map { Double($0) }
    }

    /// The rows of all ranks, in the order of ranks.
    package func concatenated(_ communicator: any Communicator, purpose: StaticString) throws -> SampleRows<R>
    {
        guard communicator.size > 1 else { return self }
        let mine = Array(UnsafeBufferPointer(start: storage.pointer, count: features * count))
        let parts = try communicator.allGather(mine, purpose: purpose)
        let result = SampleRows<R>(features: features, count: parts.reduce(0) { $0 + $1.count } / features)
        var place = result.storage.pointer
        for part in parts {
            part.withUnsafeBufferPointer {
                if let start = $0.baseAddress { place.update(from: start, count: $0.count) }
            }
            place += part.count
        }
        return result
    }
}
