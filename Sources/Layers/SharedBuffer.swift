import Kernels

/// Memory for values or gradients, `[rows, capacity]`, that several activations may use in turn.
///
/// It grows while a model is built, and is not touched before the first pass.
public final class SharedBuffer<R: Real> {
    private let capacity: Int
    private var storage = Storage<R>(count: 0)
    /// The first value; valid once the model is built.
    private(set) var pointer: UnsafeMutablePointer<R>
    /// The most rows that were asked for.
    private(set) var rows = 0
    /// The activation whose values lie in it, where several take turns and say so.
    var holder: ObjectIdentifier?

    /// A buffer for batches of `pass`, of no rows yet.
    init(pass: Pass<R>) {
        capacity = pass.capacity
        pointer = storage.pointer
    }

    /// Makes sure of at least `rows` rows.
    func reserve(rows wanted: Int, pass: Pass<R>) {
        guard wanted > rows else { return }
        pass.count(values: wanted - rows)
        rows = wanted
        storage = Storage(count: rows * capacity)
        pointer = storage.pointer
    }
}
