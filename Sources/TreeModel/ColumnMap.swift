import Kernels
import Layers

/// Where the samples that reach a node stand among more samples: those of the batch, or those that reach its parent.
///
/// Values are copied from there, and gradients are added back.
final class ColumnMap<R: Real> {
    private let node: Pass<R>
    private let source: Pass<R>
    private let columns: UnsafeMutablePointer<Int32>

    /// - Parameters:
    ///   - node: the node's pass, whose batch are the samples that reach it.
    ///   - source: the pass of all samples that they are among.
    init(of node: Pass<R>, among source: Pass<R>) {
        self.node = node
        self.source = source
        columns = .allocate(capacity: source.capacity)
        columns.initialize(repeating: 0, count: source.capacity)
    }

    deinit { columns.deallocate() }

    /// The place in the source of one of the node's columns; places rise.
    subscript(column: Int) -> Int {
        get { Int(columns[column]) }
        set { columns[column] = Int32(newValue) }
    }

    /// Copies the node's columns of `values` `[rows, stride of the source]`.
    func gather(_ values: UnsafePointer<R>, rows: Int, into own: UnsafeMutablePointer<R>) {
        R.gatherColumns(
            values, rows: rows, stride: source.batch.stride, places: columns, columns: node.batch.columns,
            outStride: node.batch.stride, into: own)
    }

    /// Adds the node's values to its columns of `values` `[rows, stride of the source]`.
    func add(_ own: UnsafePointer<R>, rows: Int, to values: UnsafeMutablePointer<R>) {
        R.addColumns(
            own, rows: rows, stride: node.batch.stride, places: columns, columns: node.batch.columns,
            outStride: source.batch.stride, to: values)
    }

    /// Sets values of the source to zero.
    func clear(_ values: UnsafeMutablePointer<R>, rows: Int) {
        values.clear(count: rows * source.batch.stride)
    }
}
