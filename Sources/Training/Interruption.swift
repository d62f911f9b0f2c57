import Collectives

/// The end of a run between two steps that all ranks agreed on.
public struct Interruption: SharedFailure, CustomStringConvertible, Sendable {
    /// What happened, and how to go on.
    public let description: String
    /// Whether this rank reports it.
    public let isReporter: Bool
    /// The status that the processes exit with.
    public let exitStatus: Int32

    /// EX_TEMPFAIL, which job systems take as "run me again".
    public static let stoppedStatus: Int32 = 75
}
