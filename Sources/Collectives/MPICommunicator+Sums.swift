import CMPI

/// Sums over the ranks in the order of ``ReductionTree``: the library's own depends on its version, on the network and
/// on the length of a message, and with the order the last bit of a sum.
extension MPICommunicator {
    /// Up to so many bytes ranks exchange all their numbers, in half as many messages as it takes to divide the work.
    private static let shortMessage = 16 << 10

    /// By `MPI_Sendrecv`; of a long message each rank adds up a part.
    public func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try sum(buffer, count: count, purpose: purpose, limit: Self.largestPiece)
    }

    func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString, limit: Int
    ) throws(CollectiveError) {
        for piece in Pieces(of: count, limit: limit) where size > 1 {
            let exchange = messages(of: buffer + piece.lowerBound, count: piece.count, lane: nil)
            try watched("all-reduce", purpose, exchange) { exchange throws(NativeFailure) in
                if isShort(piece.count, of: T.self) {
                    try exchange.addWhole()
                } else {
                    try exchange.addParts()
                    try exchange.collectParts()
                }
            }
        }
    }

    /// Sends a short message to the first partner, by `MPI_Isend` and `MPI_Irecv`: it needs no help of this rank to arrive.
    /// A long one would, and waits for ``finishSum(_:count:lane:purpose:)``.
    public func startSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1, isShort(count, of: T.self) else { return }
        let exchange = messages(of: buffer, count: count, lane: lane)
        try watched("all-reduce", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.startWhole(lanes[lane])
        }
    }

    /// By `MPI_Wait`, and `MPI_Sendrecv` for further partners.
    public func finishSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1, isShort(count, of: T.self) else {
            return try sum(buffer, count: count, purpose: purpose)
        }
        let exchange = messages(of: buffer, count: count, lane: lane)
        try watched("all-reduce", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.finishWhole(lanes[lane])
        }
    }

    private func isShort<T>(_ count: Int, of type: T.Type) -> Bool {
        count * MemoryLayout<T>.stride <= Self.shortMessage
    }

    /// By `MPI_Sendrecv`, of half as many numbers with every round.
    public func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) -> Range<Int> {
        guard size > 1 else { return 0..<count }
        let exchange = messages(of: buffer, count: count, lane: nil)
        try watched("reduce-scatter", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.addParts()
        }
        let tree = ReductionTree(rank: rank, size: size)
        return tree.range(of: count, after: tree.rounds)
    }

    /// By `MPI_Sendrecv`, of twice as many numbers with every round.
    public func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1 else { return }
        let exchange = messages(of: buffer, count: count, lane: nil)
        try watched("all-gather", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.collectParts()
        }
    }

    private func messages<T: Reducible>(
        of buffer: UnsafeMutablePointer<T>, count: Int, lane: Int?
    ) -> Exchange {
        precondition(count <= Self.largestPiece, "\(count) numbers are too many for one exchange")
        let received = lane.map { lanes[$0].received } ?? received
        return Exchange(
            tree: ReductionTree(rank: rank, size: size), count: count, stride: MemoryLayout<T>.stride,
            element: T.element.native, buffer: UnsafeMutableRawPointer(buffer),
            received: received.room(bytes: count * MemoryLayout<T>.stride),
            // Ranks reach the rounds of two sums on their way in different orders, so messages tell which they belong to.
            tag: lane.map { Int32($0 + 1) } ?? 0, native: native)
    }

    private func watched(
        _ operation: StaticString, _ purpose: StaticString, _ exchange: Exchange,
        _ body: (Exchange) throws(NativeFailure) -> Void
    ) throws(CollectiveError) {
        try watched(operation, purpose) {
            do throws(NativeFailure) {
                try body(exchange)
                return MPI_SUCCESS
            } catch {
                return error.status
            }
        }
    }
}

/// A native call that did not succeed.
private struct NativeFailure: Error {
    let status: Int32

    static func check(_ status: Int32) throws(NativeFailure) {
        if status != MPI_SUCCESS { throw NativeFailure(status: status) }
    }
}

/// The messages of one sum, over numbers `0 ..< count` of `buffer`.
private struct Exchange {
    let tree: ReductionTree
    let count: Int
    let stride: Int
    let element: MPI_Datatype?
    let buffer: UnsafeMutableRawPointer
    /// Room for as many numbers.
    let received: UnsafeMutableRawPointer
    /// One for each sum that can be on its way.
    let tag: Int32
    let native: MPI_Comm?

    /// Every rank adds up all numbers.
    func addWhole() throws(NativeFailure) {
        try takeIn()
        if tree.givesAway { return try handOut() }
        try addRounds(from: 0)
        try handOut()
    }

    /// The first messages of ``addWhole()``.
    func startWhole(_ lane: SumLane) throws(NativeFailure) {
        switch tree.prelude {
        case .none:
            try receive(from: tree.partner(0), lane)
            try send(to: tree.partner(0), lane)
        case .takes(let neighbour): try receive(from: neighbour, lane)
        case .gives(let neighbour): try send(to: neighbour, lane)
        }
    }

    /// The rest of ``addWhole()``.
    func finishWhole(_ lane: SumLane) throws(NativeFailure) {
        try NativeFailure.check(MPI_Wait(&lane.sent, cmpi_status_ignore()))
        if tree.givesAway { return try handOut() }
        try NativeFailure.check(MPI_Wait(&lane.incoming, cmpi_status_ignore()))
        try add(0..<count)
        if case .none = tree.prelude { try addRounds(from: 1) } else { try addRounds(from: 0) }
        try handOut()
    }

    private func addRounds(from first: Int) throws(NativeFailure) {
        for round in first..<tree.rounds {
            try transfer(sending: 0..<count, receiving: 0..<count, into: received, with: tree.partner(round))
            try add(0..<count)
        }
    }

    private func send(to other: Int, _ lane: SumLane) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Isend(buffer, Int32(count), element, Int32(other), tag, native, &lane.sent))
    }

    private func receive(from other: Int, _ lane: SumLane) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Irecv(received, Int32(count), element, Int32(other), tag, native, &lane.incoming))
    }

    /// Every rank adds up its part.
    func addParts() throws(NativeFailure) {
        try takeIn()
        if tree.givesAway { return }
        for round in 0..<tree.rounds {
            let (kept, given) = tree.parts(of: count, round: round)
            try transfer(sending: given, receiving: kept, into: received, with: tree.partner(round))
            try add(kept)
        }
    }

    /// Every rank gets the parts of the others.
    func collectParts() throws(NativeFailure) {
        if tree.givesAway { return try handOut() }
        for round in (0..<tree.rounds).reversed() {
            let (kept, given) = tree.parts(of: count, round: round)
            try transfer(sending: kept, receiving: given, into: buffer, with: tree.partner(round))
        }
        try handOut()
    }

    private func takeIn() throws(NativeFailure) {
        switch tree.prelude {
        case .none: break
        case .takes(let neighbour):
            try transfer(sending: 0..<0, receiving: 0..<count, into: received, with: neighbour)
            try add(0..<count)
        case .gives(let neighbour):
            try transfer(sending: 0..<count, receiving: 0..<0, into: received, with: neighbour)
        }
    }

    private func handOut() throws(NativeFailure) {
        switch tree.prelude {
        case .none: break
        case .takes(let neighbour):
            try transfer(sending: 0..<count, receiving: 0..<0, into: buffer, with: neighbour)
        case .gives(let neighbour):
            try transfer(sending: 0..<0, receiving: 0..<count, into: buffer, with: neighbour)
        }
    }

    private func transfer(
        sending: Range<Int>, receiving: Range<Int>, into target: UnsafeMutableRawPointer, with partner: Int
    ) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Sendrecv(
                buffer + sending.lowerBound * stride, Int32(sending.count), element, Int32(partner), tag,
                target + receiving.lowerBound * stride, Int32(receiving.count), element, Int32(partner), tag,
                native, cmpi_status_ignore()))
    }

    private func add(_ range: Range<Int>) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Reduce_local(
                received + range.lowerBound * stride, buffer + range.lowerBound * stride, Int32(range.count),
                element, cmpi_sum()))
    }
}
