/// Short messages between ranks of one node through its memory: each leaves bytes where the other reads them, which takes
/// a fraction of the time of a native message.
///
/// Ranks are partners at a *place*, the same on both sides: each leaves a message there and then takes the
/// other's. There are several *lanes*, for exchanges that are on their way at once.
final class NodeMail: @unchecked Sendable {
    // Unchecked: it belongs to a communicator, which one thread uses at a time.
    private let memory: UnsafeMutableRawPointer
    /// The slot of each rank of the node.
    let slots: [Int: Int]
    private let own: Int
    private let lanes: Int
    private let places: Int
    private let idle: () -> Void
    /// Messages left so far at each place of each lane; the last one may not have been answered yet.
    private var left: [UInt64]

    /// Bytes that each rank shares.
    static func slotSize(lanes: Int, places: Int) -> Int { 2 * lanes * places * Mailbox.size }

    /// Takes part; it may begin once all have done so.
    ///
    /// - Parameters:
    ///   - memory: the slots of all ranks of the node, one after the other.
    ///   - ranks: the rank of each slot.
    ///   - own: this rank, whose slot is cleared.
    ///   - idle: called now and then while another rank is waited for.
    init(
        memory: UnsafeMutableRawPointer, ranks: [Int], own: Int, lanes: Int, places: Int,
        idle: @escaping () -> Void
    ) {
        precondition(ranks.contains(own), "rank \(own) has no slot")
        self.memory = memory
        slots = Dictionary(uniqueKeysWithValues: ranks.enumerated().map { ($1, $0) })
        self.own = slots[own]!
        self.lanes = lanes
        self.places = places
        self.idle = idle
        left = Array(repeating: 0, count: lanes * places)
        for index in 0..<2 * lanes * places { mailbox(index, of: self.own).clear() }
    }

    /// Leaves a message of at most ``Mailbox/capacity`` bytes.
    func leave(_ bytes: UnsafeRawBufferPointer, place: Int, lane: Int) {
        let index = lane * places + place
        left[index] += 1
        mailbox(index, left[index], of: own).leave(bytes, number: left[index])
    }

    /// Waits for the answer of the rank in slot `other` to the message left last; what it points to is valid until the next
    /// message is left.
    func take(from other: Int, place: Int, lane: Int) -> UnsafeRawPointer {
        let index = lane * places + place
        return mailbox(index, left[index], of: other).wait(number: left[index], idle: idle)
    }

    /// Two mailboxes take turns: a rank writes into the first again only after it has taken its partner's next message,
    /// which the partner left after it had taken what lies there.
    private func mailbox(_ index: Int, _ number: UInt64, of slot: Int) -> Mailbox {
        mailbox(2 * index + Int(number % 2), of: slot)
    }

    private func mailbox(_ index: Int, of slot: Int) -> Mailbox {
        let slotSize = Self.slotSize(lanes: lanes, places: places)
        return Mailbox(at: memory + slot * slotSize + index * Mailbox.size)
    }
}
