import Collectives

/// Why a run cannot start or go on, as one rank sees it.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// What was wrong, where, and what to do.
    public let description: String

    /// An error with its message.
    public init(_ description: String) {
        self.description = description
    }
}

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
