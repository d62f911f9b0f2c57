import Kernels

/// The moments that all batch-norms of one stage send over the ranks together.
///
/// Networks that stand side by side (the decoders of all leaves, the routers of all nodes) run in lockstep
/// up to their next batch-norm; each reserves a slot here, and one allreduce carries all slots. There are two
/// buffers: while some networks already fill the next stage's slots, others still read the last one's.
public final class MomentExchange {
    private let reducer: any MomentReducer
    private var outgoing = Storage<Double>(count: 4096)
    private var incoming = Storage<Double>(count: 4096)
    private var used = 0

    /// An exchange over `reducer`.
    public init(reducer: any MomentReducer) {
        self.reducer = reducer
    }

    /// Reserves `count` values of the present stage. Returns their index: reserving may move the buffer
    /// while a new model warms up.
    func reserve(_ count: Int) -> Int {
        if used + count > outgoing.count {
            let larger = Storage<Double>(count: max(2 * outgoing.count, used + count))
            larger.pointer.update(from: outgoing.pointer, count: used)
            outgoing = larger
        }
        defer { used += count }
        return used
    }

    /// A slot of the present stage, to be filled.
    func sent(_ index: Int) -> UnsafeMutablePointer<Double> {
        outgoing.pointer + index
    }

    /// A slot of the last stage, summed over the ranks.
    func received(_ index: Int) -> UnsafePointer<Double> {
        UnsafePointer(incoming.pointer + index)
    }

    /// Ends a stage: sums its slots over the ranks.
    func reduce() throws {
        if used > 0 { try reducer.sum(moments: outgoing.pointer, count: used) }
        swap(&outgoing, &incoming)
        used = 0
    }
}
