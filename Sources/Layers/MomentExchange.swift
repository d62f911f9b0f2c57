import Kernels

/// The moments that all batch-norms of one stage send over the ranks together.
///
/// Networks that stand side by side (the decoders of all leaves, the routers of all nodes) run in lockstep
/// up to their next batch-norm; each reserves a slot here, and one allreduce carries all slots.
public final class MomentExchange {
    private let reducer: any MomentReducer
    private var storage = Storage<Double>(count: 4096)
    private var used = 0

    /// An exchange over `reducer`.
    public init(reducer: any MomentReducer) {
        self.reducer = reducer
    }

    /// Forgets all slots.
    func begin() {
        used = 0
    }

    /// A slot of `count` values, valid until the next ``begin()``. Returns its index: reserving may move
    /// the buffer while a new model warms up.
    func reserve(_ count: Int) -> Int {
        if used + count > storage.count {
            let larger = Storage<Double>(count: max(2 * storage.count, used + count))
            larger.pointer.update(from: storage.pointer, count: used)
            storage = larger
        }
        defer { used += count }
        return used
    }

    /// The values of a slot.
    func slot(_ index: Int) -> UnsafeMutablePointer<Double> {
        storage.pointer + index
    }

    /// Sums all slots over the ranks.
    func reduce() throws {
        guard used > 0 else { return }
        try reducer.sum(moments: storage.pointer, count: used)
    }
}
