extension Communicator {
    /// Compares a digest of what all ranks should hold alike.
    ///
    /// - Parameters:
    ///   - digest: a hash of this rank's copy.
    ///   - what: what was hashed, and when, for the error: "the parameters after step 100".
    /// - Throws: ``ReplicaError`` on every rank if the digests differ; ``CollectiveError``.
    public func verifyReplicas(digest: UInt64, what: String) throws {
        let digests = try allGather([digest], purpose: "replica digests").map { $0[0] }
        guard digests.contains(where: { $0 != digests[0] }) else { return }
        let counts = Dictionary(digests.map { ($0, 1) }, uniquingKeysWith: +)
        let majority = counts.first { 2 * $0.value > size }?.key
        throw ReplicaError(
            what: what, deviating: digests.indices.filter { digests[$0] != majority }, digests: digests,
            isReporter: rank == 0)
    }
}
