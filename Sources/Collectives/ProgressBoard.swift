import Synchronization

/// How far each rank of one node has come: one counter a rank, in memory that all of them see.
///
/// A rank adds 1 when it enters a collective operation and 1 when it leaves, so an odd counter means "inside".
/// All ranks call the same operations in the same order; whoever is behind is waited for. Beside it is a pulse, which
/// stands still where the process does: one that was stopped may have arrived.
struct ProgressBoard: @unchecked Sendable {
    // Unchecked: the pointer is to atomics, and the owner of the memory outlives the board.
    private let counters: UnsafeMutablePointer<Atomic<UInt64>>
    /// The rank of each slot, ascending.
    let ranks: [Int]
    /// The slot of this rank.
    let own: Int

    /// Counters between two slots: a cache line, so that ranks do not slow each other down.
    private static let stride = 8
    /// Bytes of a slot.
    static let slotSize = stride * MemoryLayout<Atomic<UInt64>>.stride

    /// A board over `ranks.count` slots of memory, of which this rank's is cleared.
    init(memory: UnsafeMutableRawPointer, ranks: [Int], own: Int) {
        counters = memory.bindMemory(to: Atomic<UInt64>.self, capacity: ranks.count * Self.stride)
        self.ranks = ranks
        self.own = own
        counters[own * Self.stride].store(0, ordering: .releasing)
        counters[own * Self.stride + 1].store(0, ordering: .releasing)
        counters[own * Self.stride + 2].store(0, ordering: .releasing)
    }

    /// The counter of a slot.
    func counter(of slot: Int) -> UInt64 {
        counters[slot * Self.stride].load(ordering: .acquiring)
    }

    /// How often the rank of a slot has given a sign of life: a thread of its own does, whatever the rank computes.
    func pulse(of slot: Int) -> UInt64 {
        counters[slot * Self.stride + 1].load(ordering: .relaxed)
    }

    /// Gives a sign of life.
    func beat() { counters[own * Self.stride + 1].wrappingAdd(1, ordering: .relaxed) }

    /// Whether a rank of this node has found out that the job cannot go on.
    var isEnding: Bool {
        ranks.indices.contains { counters[$0 * Self.stride + 2].load(ordering: .relaxed) != 0 }
    }

    /// Has all ranks of this node end.
    func end() { counters[own * Self.stride + 2].store(1, ordering: .relaxed) }

    /// Marks this rank as inside, or outside again.
    func advance() {
        let counter = counters[own * Self.stride].load(ordering: .relaxed)
        counters[own * Self.stride].store(counter + 1, ordering: .releasing)
    }
}

extension ProgressBoard {
    /// A board in this process's own memory, for a node that cannot share any. It lives as long as the process.
    static func alone(rank: Int) -> ProgressBoard {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: slotSize, alignment: slotSize)
        return ProgressBoard(memory: memory, ranks: [rank], own: 0)
    }
}
