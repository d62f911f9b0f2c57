/// A collective operation that failed.
///
/// It may have failed on this rank alone, with the others still waiting; so it ends the job
/// (``Communicator/abort(code:)``, which ``Launch/run(_:)`` calls).
public struct CollectiveError: Error, Equatable, CustomStringConvertible {
    /// The operation: "all-reduce", "broadcast", ...
    public let operation: String
    /// What for, in the words of the caller.
    public let purpose: String
    /// The rank it failed on.
    public let rank: Int
    /// Ranks that took part.
    public let size: Int
    /// What the native library says.
    public let nativeText: String
    /// What to do.
    public let hint: String

    package init(
        operation: String, purpose: String, rank: Int, size: Int, nativeText: String, hint: String
    ) {
        self.operation = operation
        self.purpose = purpose
        self.rank = rank
        self.size = size
        self.nativeText = nativeText
        self.hint = hint
    }

    /// All of it in one line.
    public var description: String {
        "\(operation) of \(purpose) failed on rank \(rank) of \(size): \(nativeText); \(hint)"
    }
}
