import Kernels
import Layers

/// Values of a node as a user of the model reads them: a column for each sample of the batch, zero for those that skip
/// the node.
struct NodeOutput<R: Real> {
    private let values: Activation<R>
    private let spread: (columns: ColumnMap<R>, storage: Storage<R>)?

    /// - Parameters:
    ///   - values: those of the samples that reach the node.
    ///   - columns: these samples among those of the batch; nil if that is all.
    ///   - pass: that of the node or of the model.
    init(_ values: Activation<R>, columns: ColumnMap<R>?, pass: Pass<R>) {
        self.values = values
        spread = columns.map { ($0, Storage(count: values.rows * pass.capacity)) }
    }

    /// The values of the whole batch, `[rows, stride]`.
    func read() -> UnsafeMutablePointer<R> {
        guard let (columns, storage) = spread else { return values.value }
        columns.clear(storage.pointer, rows: values.rows)
        columns.add(values.value, rows: values.rows, to: storage.pointer)
        return storage.pointer
    }
}
