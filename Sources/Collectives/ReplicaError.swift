/// Replicas that have drifted apart, as all ranks throw it.
public struct ReplicaError: SharedFailure, Equatable, CustomStringConvertible {
    /// What was compared.
    public let what: String
    /// Ranks whose digest is not that of the majority, ascending; all ranks if there is no majority.
    public let deviating: [Int]
    /// The digest of each rank.
    public let digests: [UInt64]
    /// True on rank 0 only.
    public let isReporter: Bool

    /// Which ranks differ, and the digests.
    public var description: String {
        let who =
            deviating.count == digests.count
            ? "no majority of the \(digests.count) ranks agrees"
            : "\(deviating.count == 1 ? "rank" : "ranks") \(list(deviating.map(String.init))) "
                + "deviate\(deviating.count == 1 ? "s" : "") from the majority of \(digests.count) ranks"
        return "the replicas differ in \(what): \(who) (digests by rank: "
            + list(digests.map { String($0, radix: 16) })
            + "); resume from the last checkpoint, and suspect the memory of those hosts or ranks that "
            + "run different programs"
    }

    private func list(_ items: [String]) -> String {
        items.prefix(16).joined(separator: ", ") + (items.count > 16 ? ", ..." : "")
    }
}
