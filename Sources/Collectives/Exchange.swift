import CMPI
import Glibc

/// A native call that did not succeed.
struct NativeFailure: Error {
    let status: Int32

    static func check(_ status: Int32) throws(NativeFailure) {
        if status != MPI_SUCCESS { throw NativeFailure(status: status) }
    }
}

/// The messages of one sum over the ranks, of numbers `0 ..< count` of `buffer`.
///
/// Short ones cross the memory of a node between ranks that share one; the others go by the native library, which has
/// faster ways for long ones.
struct Exchange {
    let tree: ReductionTree
    let count: Int
    let stride: Int
    let element: MPI_Datatype?
    let buffer: UnsafeMutableRawPointer
    let lane: SumLane
    let native: MPI_Comm?
    let mail: NodeMail?

    /// What two ranks do together: `place` is a round, or that before all rounds.
    private struct Meeting {
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
        let meeting = firstOfWhole
        if let mail, slot(meeting) != nil {
            return mail.leave(bytes(meeting.sending), place: meeting.place, lane: lane.index)
        }
        // In a round each waits for the other's message, also for one of no numbers.
        let isMutual = meeting.place != outside
        if isMutual || !meeting.receiving.isEmpty {
            try NativeFailure.check(
                MPI_Irecv(
                    received(meeting.receiving), Int32(meeting.receiving.count), element,
                    Int32(meeting.partner), tag, native, &lane.incoming))
        }
        if isMutual || !meeting.sending.isEmpty {
            try NativeFailure.check(
                MPI_Isend(
                    bytes(meeting.sending).baseAddress, Int32(meeting.sending.count), element,
                    Int32(meeting.partner), tag, native, &lane.sent))
        }
    }

    /// The rest of ``addWhole()``.
    func finishWhole() throws(NativeFailure) {
        let meeting = firstOfWhole
        if let mail, let slot = slot(meeting) {
            let message = mail.take(from: slot, place: meeting.place, lane: lane.index)
            try add(message, meeting.receiving)
        } else {
            try NativeFailure.check(MPI_Wait(&lane.sent, cmpi_status_ignore()))
            try NativeFailure.check(MPI_Wait(&lane.incoming, cmpi_status_ignore()))
            try add(received(meeting.receiving), meeting.receiving)
        }
        if !tree.givesAway {
            for round in (meeting.place == outside ? 0 : 1)..<tree.rounds {
                try add(
                    Meeting(partner: tree.partner(round), place: round, sending: all, receiving: all))
            }
        }
        try handOut()
    }

    private var firstOfWhole: Meeting {
        beforeRounds ?? Meeting(partner: tree.partner(0), place: 0, sending: all, receiving: all)
    }

    private var beforeRounds: Meeting? {
        switch tree.prelude {
        case .none: nil
        case .takes(let neighbour):
            Meeting(partner: neighbour, place: outside, sending: 0..<0, receiving: all)
        case .gives(let neighbour):
            Meeting(partner: neighbour, place: outside, sending: all, receiving: 0..<0)
        }
    }

    /// Every rank adds up its part.
    func addParts() throws(NativeFailure) {
        if let beforeRounds { try add(beforeRounds) }
        if tree.givesAway { return }
        for round in 0..<tree.rounds {
            let (kept, given) = tree.parts(of: count, round: round)
            try add(Meeting(partner: tree.partner(round), place: round, sending: given, receiving: kept))
        }
    }

    /// Every rank gets the parts of the others.
    func collectParts() throws(NativeFailure) {
        if !tree.givesAway {
            for round in (0..<tree.rounds).reversed() {
                let (kept, given) = tree.parts(of: count, round: round)
                try copy(Meeting(partner: tree.partner(round), place: round, sending: kept, receiving: given))
            }
        }
        try handOut()
    }

    /// The result to those who gave their numbers away.
    private func handOut() throws(NativeFailure) {
        guard let before = beforeRounds else { return }
        try copy(
            Meeting(
                partner: before.partner, place: outside, sending: before.receiving,
                receiving: before.sending))
    }

    /// Adds what the partner sends.
    private func add(_ meeting: Meeting) throws(NativeFailure) {
        if let message = exchangeByMail(meeting) { return try add(message, meeting.receiving) }
        let target = received(meeting.receiving)
        try sendAndReceive(meeting, into: target)
        try add(target, meeting.receiving)
    }

    /// Takes over what the partner sends.
    private func copy(_ meeting: Meeting) throws(NativeFailure) {
        let target = buffer + meeting.receiving.lowerBound * stride
        if let message = exchangeByMail(meeting) {
            memcpy(target, message, meeting.receiving.count * stride)
        } else {
            try sendAndReceive(meeting, into: target)
        }
    }

    /// The slot of the partner, where mail reaches it and both messages fit.
    private func slot(_ meeting: Meeting) -> Int? {
        max(meeting.sending.count, meeting.receiving.count) * stride <= Mailbox.capacity
            ? mail?.slots[meeting.partner] : nil
    }

    private func exchangeByMail(_ meeting: Meeting) -> UnsafeRawPointer? {
        guard let mail, let slot = slot(meeting) else { return nil }
        mail.leave(bytes(meeting.sending), place: meeting.place, lane: lane.index)
        return mail.take(from: slot, place: meeting.place, lane: lane.index)
    }

    private func sendAndReceive(
        _ meeting: Meeting, into target: UnsafeMutableRawPointer
    ) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Sendrecv(
                bytes(meeting.sending).baseAddress, Int32(meeting.sending.count), element,
                Int32(meeting.partner), tag, target, Int32(meeting.receiving.count), element,
                Int32(meeting.partner), tag, native, cmpi_status_ignore()))
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
