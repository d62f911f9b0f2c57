import CKernels

/// The entries of a batch that are not zero, of samples that are mostly zero, such as counts of words: products with them
/// need not go through the rest, and give the bits that dense ones give.
public final class SparseInputs<R: Real> {
    private let features: Int
    private let most: Int
    private let start: UnsafeMutablePointer<Int32>
    private let columns: UnsafeMutablePointer<Int32>
    private let values: Storage<R>
    /// Whether the last batch had few entries.
    public private(set) var isListed = false

    /// Up to which share of entries a sparse product is the faster one.
    private static var densest: Double { 0.125 }

    /// Room for batches `[features, stride]` up to a stride of `capacity`.
    public init(features: Int, capacity: Int) {
        self.features = features
        most = Int(Double(features * capacity) * Self.densest)
        start = .allocate(capacity: features + 1)
        columns = .allocate(capacity: most)
        values = Storage(count: most)
    }

    deinit {
        start.deallocate()
        columns.deallocate()
    }

    /// Lists the entries of `x`, `[features, stride]`.
    ///
    /// - Returns: whether they are few (``isListed``).
    public func list(_ x: UnsafePointer<R>, stride: Int) -> Bool {
        let most = min(most, Int(Double(features * stride) * Self.densest))
        isListed =
            kernels_list_entries(R.type, x, features, stride, most, start, columns, values.pointer) >= 0
        return isListed
    }

    /// `out[o, column] = bias[o] + Σ i of weights[o, i] * x[i, column]`.
    ///
    /// `scratch` holds ``scratch(stride:)`` values.
    public func multiply(
        weights: UnsafePointer<R>, bias: UnsafePointer<R>?, outputs: Int, stride: Int,
        scratch: UnsafeMutablePointer<R>, into out: UnsafeMutablePointer<R>
    ) {
        kernels_multiply_entries(
            R.type, weights, bias, start, columns, values.pointer, features, outputs, stride, scratch, out)
    }

    /// `out[o, i] = Σ over the full stride of dy[o, column] * x[i, column]`, in four partial sums.
    ///
    /// `scratch` holds ``scratch(stride:)`` values.
    public func multiplyBatches(
        dy: UnsafePointer<R>, outputs: Int, sliceColumns: Int, stride: Int, scratch: UnsafeMutablePointer<R>,
        into out: UnsafeMutablePointer<R>
    ) {
        kernels_multiply_batches_of_entries(
            R.type, dy, start, columns, values.pointer, features, outputs, sliceColumns, stride, scratch, out)
    }

    /// Values of working memory that products of a stride take.
    public static func scratch(stride: Int) -> Int { 2 * 32 * stride }
}
