import CMPI

/// Sums over the ranks in the order of ``ReductionTree``: the library's own depends on its version, on the network and
/// on the length of a message, and with the order the last bit of a sum.
extension MPICommunicator {
    /// Up to so many bytes ranks exchange all their numbers, in half as many messages as it takes to divide the work.
    private static let shortMessage = Mailbox.capacity

    /// Of many numbers each rank adds up a part.
    public func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try sum(buffer, count: count, purpose: purpose, limit: Self.largestPiece)
    }

    func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString, limit: Int
    ) throws(CollectiveError) {
        for piece in Pieces(of: count, limit: limit) where size > 1 {
            let exchange = messages(of: buffer + piece.lowerBound, count: piece.count, lane: sumLanes)
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

    /// Sends a short message to the first partner: it needs no help of this rank to arrive. A long one would, and waits for
    /// ``finishSum(_:count:lane:purpose:)``.
    public func startSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1, isShort(count, of: T.self) else { return }
        let exchange = messages(of: buffer, count: count, lane: lane)
        try watched("all-reduce", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.startWhole()
        }
    }

    /// Receives the first partner's message, and exchanges further ones.
    public func finishSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1, isShort(count, of: T.self) else {
            return try sum(buffer, count: count, purpose: purpose)
        }
        let exchange = messages(of: buffer, count: count, lane: lane)
        try watched("all-reduce", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.finishWhole()
        }
    }

    private func isShort<T>(_ count: Int, of type: T.Type) -> Bool {
        count * MemoryLayout<T>.stride <= Self.shortMessage
    }

    /// Half as many numbers with every round.
    public func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) -> Range<Int> {
        guard size > 1 else { return 0..<count }
        let exchange = messages(of: buffer, count: count, lane: sumLanes)
        try watched("reduce-scatter", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.addParts()
        }
        let tree = ReductionTree(rank: rank, size: size)
        return tree.range(of: count, after: tree.rounds)
    }

    /// Twice as many numbers with every round.
    public func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        guard size > 1 else { return }
        let exchange = messages(of: buffer, count: count, lane: sumLanes)
        try watched("all-gather", purpose, exchange) { exchange throws(NativeFailure) in
            try exchange.collectParts()
        }
    }

    private func messages<T: Reducible>(
        of buffer: UnsafeMutablePointer<T>, count: Int, lane: Int
    ) -> Exchange {
        precondition(count <= Self.largestPiece, "\(count) numbers are too many for one exchange")
        return Exchange(
            tree: ReductionTree(rank: rank, size: size), count: count, stride: MemoryLayout<T>.stride,
            element: T.element.native, buffer: UnsafeMutableRawPointer(buffer), lane: lanes[lane],
            native: native, mail: memory?.mail)
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
