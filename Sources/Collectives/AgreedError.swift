/// The failure of some ranks, as all ranks throw it.
public struct AgreedError: SharedFailure, Equatable, CustomStringConvertible {
    /// What the lowest failing rank had to say.
    public let message: String
    /// That rank.
    public let rank: Int
    /// All ranks that failed, ascending.
    public let failed: [Int]
    /// Number of ranks.
    public let size: Int
    /// True on rank ``rank`` only.
    public let isReporter: Bool

    /// The message, with the rank unless all ranks failed.
    public var description: String {
        guard failed.count < size else { return message }
        let others = failed.count > 1 ? " (and on \(failed.count - 1) more)" : ""
        return "rank \(rank) of \(size)\(others): \(message)"
    }
}
