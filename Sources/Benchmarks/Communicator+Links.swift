import Collectives

extension Communicator {
    /// Measures the link between two ranks while the others sleep; collective.
    ///
    /// - Parameters:
    ///   - pair: the two ranks.
    ///   - bytes: of the large message, a multiple of 4 above ``AllreduceModel/smallMessage``.
    /// - Returns: the link, on all ranks.
    public func link(
        between pair: [Int], bytes: Int, purpose: StaticString
    ) throws(CollectiveError) -> Link {
        precondition(pair.count == 2, "a link is between two ranks")
        var numbers = [0.0, 0.0]
        if let group = try split(group: pair.contains(rank) ? 0 : nil, purpose: purpose) {
            let link = try group.link(bytes: bytes)
            numbers = [link.latency, link.bandwidth]
            try group.finalize()
        }
        try rest(purpose: purpose)
        try maximum(&numbers, purpose: purpose)
        return Link(latency: numbers[0], bandwidth: numbers[1])
    }

    /// Between the two ranks of this communicator.
    private func link(bytes: Int) throws(CollectiveError) -> Link {
        Link(AllreduceModel(try AllreduceBenchmark(self, sizes: [AllreduceModel.smallMessage, bytes])))
    }
}
