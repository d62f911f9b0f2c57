import Kernels

/// Memory for values or gradients, `[rows, capacity]`, that several activations may take in turn.
///
/// It grows while a model is built, and is not touched before the first pass.
public final class Room<R: Real> {
    private let capacity: Int
    private var storage = Storage<R>(count: 0)
    /// The most rows that were asked for.
    private(set) var rows = 0

    /// Room for batches of `pass`, of no rows yet.
    init(pass: Pass<R>) {
        capacity = pass.capacity
    }

    /// Room of its own for `rows` rows.
    convenience init(rows: Int, pass: Pass<R>) {
        self.init(pass: pass)
        reserve(rows: rows, pass: pass)
    }

    /// Makes sure of at least `rows` rows.
    func reserve(rows wanted: Int, pass: Pass<R>) {
        guard wanted > rows else { return }
        pass.count(values: wanted - rows)
        rows = wanted
        storage = Storage(count: rows * capacity)
    }

    /// The first value; valid once the model is built.
    var pointer: UnsafeMutablePointer<R> { storage.pointer }
}
