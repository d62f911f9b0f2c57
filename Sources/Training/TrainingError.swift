/// Why a run cannot go on.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// What was wrong, where, and what to do.
    public let description: String
    /// The process's exit status.
    public let exitStatus: Int32

    init(_ description: String, exitStatus: Int32 = 1) {
        self.description = description
        self.exitStatus = exitStatus
    }

    /// Exit status of a run that a signal ended: EX_TEMPFAIL, which job systems take as "requeue".
    public static let stoppedStatus: Int32 = 75
}
