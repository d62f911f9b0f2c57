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
            let isShort = piece.count * MemoryLayout<T>.stride <= Self.shortMessage
            try exchange(buffer + piece.lowerBound, count: piece.count, "all-reduce", purpose) {
                exchange throws(NativeFailure) in
                if isShort {
                    try exchange.addWhole()
                } else {
                    try exchange.addParts()
                    try exchange.collectParts()
                }
            }
        }
    }

    /// By `MPI_Sendrecv`, of half as many numbers with every round.
    public func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) -> Range<Int> {
        guard size > 1 else { return 0..<count }
        try exchange(buffer, count: count, "reduce-scatter", purpose) { exchange throws(NativeFailure) in
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
        try exchange(buffer, count: count, "all-gather", purpose) { exchange throws(NativeFailure) in
            try exchange.collectParts()
        }
    }

    private func exchange<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, _ operation: StaticString, _ purpose: StaticString,
        _ body: (Exchange) throws(NativeFailure) -> Void
    ) throws(CollectiveError) {
        precondition(count <= Self.largestPiece, "\(count) numbers are too many for one exchange")
        let exchange = Exchange(
            tree: ReductionTree(rank: rank, size: size), count: count, stride: MemoryLayout<T>.stride,
            element: T.element.native, buffer: UnsafeMutableRawPointer(buffer),
            received: received.room(bytes: count * MemoryLayout<T>.stride), native: native)
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
    let native: MPI_Comm?

    /// Every rank adds up all numbers.
    func addWhole() throws(NativeFailure) {
        try takeIn()
        if tree.givesAway { return try handOut() }
        for round in 0..<tree.rounds {
            try transfer(sending: 0..<count, receiving: 0..<count, into: received, with: tree.partner(round))
            try add(0..<count)
        }
        try handOut()
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
                buffer + sending.lowerBound * stride, Int32(sending.count), element, Int32(partner), 0,
                target + receiving.lowerBound * stride, Int32(receiving.count), element, Int32(partner), 0,
                native, cmpi_status_ignore()))
    }

    private func add(_ range: Range<Int>) throws(NativeFailure) {
        try NativeFailure.check(
            MPI_Reduce_local(
                received + range.lowerBound * stride, buffer + range.lowerBound * stride, Int32(range.count),
                element, cmpi_sum()))
    }
}
