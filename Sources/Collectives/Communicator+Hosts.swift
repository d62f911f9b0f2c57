extension Communicator {
    /// The name of the machine that each rank runs on; collective.
    public func hosts(purpose: StaticString) throws(CollectiveError) -> [String] {
        try allGather(Array(hostName().utf8), purpose: purpose).map { String(decoding: $0, as: UTF8.self) }
    }
}
