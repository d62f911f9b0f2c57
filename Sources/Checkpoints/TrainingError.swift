/// Why a run cannot start or go on, as one rank sees it.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
    /// What was wrong, where, and what to do.
    public let description: String

    /// An error with its message.
    public init(_ description: String) {
        self.description = description
    }
}
