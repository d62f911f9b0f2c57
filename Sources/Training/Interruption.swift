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

    /// A run whose numbers have grown beyond all bounds; nothing of it was saved since.
    ///
    /// - Parameter what: what is no longer a number, and where.
    package static func divergence(_ what: String, isReporter: Bool) -> Interruption {
        Interruption(
            description: "\(what): the run diverged. Nothing since the last checkpoint is kept; lower "
                + "optimizer.learning_rate and go on from there with --resume, or start anew",
            isReporter: isReporter, exitStatus: 1)
    }
}
