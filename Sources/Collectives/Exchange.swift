import CMPI
import Glibc

/// The messages of one sum over the ranks, of numbers `0 ..< count` of `buffer`.
///
/// Short ones cross the memory of a node between ranks that share one; the others go by the native library, which has
/// faster ways for long ones.
struct Exchange {
    let tree: ReductionTree
    let count: Int
    let stride: Int
    let element: MPI_Datatype
    let buffer: UnsafeMutableRawPointer
    let lane: SumLane
    let native: MPI_Comm
    let mail: NodeMail?

    /// What two ranks do together: `place` is a round, or that before all rounds.
    private struct Handshake {
        let partner: Int
        let place: Int
        let sending: Range<Int>
        let receiving: Range<Int>
    }

    private var all: Range<Int> { 0..<count }

    /// Places at which ranks meet: the rounds, and one for what comes before and after them.
    static func places(_ tree: ReductionTree) -> Int { tree.rounds + 1 }

    private var outside: Int { tree.rounds }

    /// Every rank adds up all numbers.
    func addWhole() throws(NativeFailure) {
        try startWhole()
        try finishWhole()
    }

    /// The first messages of ``addWhole()``.
    func startWhole() throws(NativeFailure) {
        let handshake = firstOfWhole
        if let mail, slot(handshake) != nil {
            return mail.leave(bytes(handshake.sending), place: handshake.place, lane: lane.index)
        }
        // In a round each waits for the other's message, also for one of no numbers.
        let isMutual = handshake.place != outside
        if isMutual || !handshake.receiving.isEmpty {
            try NativeFailure.check(
                MPI_Irecv(
                    received(handshake.receiving), Int32(handshake.receiving.count), element,
                    Int32(handshake.partner), tag, native, &lane.incoming))
        }
        if isMutual || !handshake.sending.isEmpty {
            try NativeFailure.check(
                MPI_Isend(
                    bytes(handshake.sending).baseAddress, Int32(handshake.sending.count), element,
                    Int32(handshake.partner), tag, native, &lane.sent))
        }
    }

    /// The rest of ``addWhole()``.
    func finishWhole() throws(NativeFailure) {
        let handshake = firstOfWhole
        if let mail, let slot = slot(handshake) {
            let message = mail.take(from: slot, place: handshake.place, lane: lane.index)
            try add(message, handshake.receiving)
        } else {
            try NativeFailure.check(MPI_Wait(&lane.sent, cmpi_status_ignore()))
            try NativeFailure.check(MPI_Wait(&lane.incoming, cmpi_status_ignore()))
            try add(received(handshake.receiving), handshake.receiving)
        }
        if !tree.givesAway {
            for round in (handshake.place == outside ? 0 : 1)..<tree.rounds {
                try add(
                    Handshake(partner: tree.partner(round), place: round, sending: all, receiving: all))
            }
        }
        try handOut()
    }

    private var firstOfWhole: Handshake {
        beforeRounds ?? Handshake(partner: tree.partner(0), place: 0, sending: all, receiving: all)
    }

    private var beforeRounds: Handshake? {
        switch tree.prelude {
        case .none: nil
        case .takes(let neighbour):
            Handshake(partner: neighbour, place: outside, sending: 0..<0, receiving: all)
        case .gives(let neighbour):
            Handshake(partner: neighbour, place: outside, sending: all, receiving: 0..<0)
        }
    }

    /// Every rank adds up its part.
    func addParts() throws(NativeFailure) {
        if let beforeRounds { try add(beforeRounds) }
        if tree.givesAway { return }
        for round in 0..<tree.rounds {
            let (kept, given) = tree.parts(of: count, round: round)
            try add(Handshake(partner: tree.partner(round), place: round, sending: given, receiving: kept))
        }
    }

    /// Every rank gets the parts of the others.
    func collectParts() throws(NativeFailure) {
        if !tree.givesAway {
            for round in (0..<tree.rounds).reversed() {
                let (kept, given) = tree.parts(of: count, round: round)
                try copy(
                    Handshake(partner: tree.partner(round), place: round, sending: kept, receiving: given))
            }
        }
        try handOut()
    }

    /// The result to those who gave their numbers away.
    private func handOut() throws(NativeFailure) {
        guard let before = beforeRounds else { return }
        try copy(
            Handshake(
                partner: before.partner, place: outside, sending: before.receiving,
                receiving: before.sending))
    }

    /// Adds what the partner sends.
    private func add(_ handshake: Handshake) throws(NativeFailure) {
        if let message = exchangeByMail(handshake) { return try add(message, handshake.receiving) }
        let target = received(handshake.receiving)
        try sendAndReceive(handshake, into: target)
        try add(target, handshake.receiving)
    }

    /// Takes over what the partner sends.
    private func copy(_ handshake: Handshake) throws(NativeFailure) {
        let target = buffer + handshake.receiving.lowerBound * stride
        if let message = exchangeByMail(handshake) {
            memcpy(target, message, handshake.receiving.count * stride)
        } else {
            try sendAndReceive(handshake, into: target)
        }
    }

    /// The slot of the partner, where mail reaches it and both messages fit.
    private func slot(_ handshake: Handshake) -> Int? {
        max(handshake.sending.count, handshake.receiving.count) * stride <= Mailbox.capacity
            ? mail?.slots[handshake.partner] : nil
    }

    private func exchangeByMail(_ handshake: Handshake) -> UnsafeRawPointer? {
        guard let mail, let slot = slot(handshake) else { return nil }
        mail.leave(bytes(handshake.sending), place: handshake.place, lane: lane.index)
        return mail.take(from: slot, place: handshake.place, lane: lane.index)
    }

    private func sendAndReceive(
        _ handshake: Handshake, into target: UnsafeMutableRawPointer
    ) throws(NativeFailure) {
        // The library spins until the partner comes; the mail gives way to whoever works meanwhile.
        if let mail, let slot = mail.slots[handshake.partner] {
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            mail.leave(nothing, place: handshake.place, lane: lane.index)
            _ = mail.take(from: slot, place: handshake.place, lane: lane.index)
        }
        try NativeFailure.check(
            MPI_Sendrecv(
                bytes(handshake.sending).baseAddress, Int32(handshake.sending.count), element,
                Int32(handshake.partner), tag, target, Int32(handshake.receiving.count), element,
                Int32(handshake.partner), tag, native, cmpi_status_ignore()))
    }

    private func add(_ message: UnsafeRawPointer, _ range: Range<Int>) throws(NativeFailure) {
        guard !range.isEmpty else { return }
        try NativeFailure.check(
            MPI_Reduce_local(
                message, buffer + range.lowerBound * stride, Int32(range.count), element, cmpi_sum()))
    }

    private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer + range.lowerBound * stride, count: range.count * stride)
    }

    private func received(_ range: Range<Int>) -> UnsafeMutableRawPointer {
        lane.received.room(bytes: range.count * stride)
    }

    /// Ranks reach the rounds of two sums on their way in different orders, so messages tell which they belong to.
    private var tag: Int32 { Int32(lane.index) }
}
