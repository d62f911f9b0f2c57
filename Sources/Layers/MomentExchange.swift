import Kernels

/// The moments that all batch-norms of one stage send over the ranks together.
///
/// Networks that stand side by side (the decoders of some leaves, the routers of all nodes) run in lockstep up to their
/// next batch-norm; each reserves a slot here, and one allreduce carries all slots. A *lane* is one such exchange that
/// may be in flight; with several, what the networks of one lane have sent is on its way while those of another
/// compute. A lane has two buffers: while some networks already fill the next stage's slots, others still read the last
/// one's.
public final class MomentExchange {
    private let reducer: any MomentReducer
    private var lanes: [Lane]
    /// The lane that networks send and receive in.
    var lane = 0

    private struct Lane {
        var outgoing = Storage<Double>(count: 4096)
        var incoming = Storage<Double>(count: 4096)
        /// Values of the present stage.
        var used = 0
        /// Values that are on their way.
        var sent = 0

        /// What was sent has been summed, and what was received is free.
        mutating func turn() {
            swap(&outgoing, &incoming)
            sent = 0
        }
    }

    /// An exchange over `reducer`.
    public init(reducer: any MomentReducer) {
        self.reducer = reducer
        lanes = (0..<reducer.lanes).map { _ in Lane() }
    }

    /// How many stages can be on their way at once.
    public var laneCount: Int { lanes.count }

    /// Reserves `count` values of the present stage. Returns their index: reserving may move the buffer
    /// while a new model warms up.
    func reserve(_ count: Int) -> Int {
        let used = lanes[lane].used
        if used + count > lanes[lane].outgoing.count {
            let larger = Storage<Double>(count: max(2 * lanes[lane].outgoing.count, used + count))
            larger.pointer.update(from: lanes[lane].outgoing.pointer, count: used)
            lanes[lane].outgoing = larger
        }
        lanes[lane].used += count
        return used
    }

    /// A slot of the present stage, to be filled.
    func sent(_ index: Int) -> UnsafeMutablePointer<Double> {
        lanes[lane].outgoing.pointer + index
    }

    /// A slot of the last stage, summed over the ranks.
    func received(_ index: Int) -> UnsafePointer<Double> {
        UnsafePointer(lanes[lane].incoming.pointer + index)
    }

    /// Ends a stage: sends its slots on their way.
    func start() throws {
        let count = lanes[lane].used
        guard count > 0 else { return }
        try reducer.start(moments: lanes[lane].outgoing.pointer, count: count, lane: lane)
        lanes[lane].sent = count
        lanes[lane].used = 0
    }

    /// Waits for the sums over the ranks of what was sent last.
    func finish() throws {
        let count = lanes[lane].sent
        guard count > 0 else { return }
        try reducer.finish(moments: lanes[lane].outgoing.pointer, count: count, lane: lane)
        lanes[lane].turn()
    }

    /// Ends a stage and waits for its sums.
    func reduce() throws {
        try start()
        try finish()
    }
}
