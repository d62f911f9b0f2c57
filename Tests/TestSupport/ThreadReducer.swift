import Collectives
import Layers

/// Sums batch-norm moments over ranks that are threads, without the trainer.
public struct ThreadReducer: MomentReducer {
    private let communicator: any Communicator

    /// A reducer over `communicator`.
    public init(_ communicator: any Communicator) {
        self.communicator = communicator
    }

    /// Replaces the moments by their sums.
    public func sum(moments: UnsafeMutablePointer<Double>, count: Int) throws {
        try communicator.sum(moments, count: count, purpose: "moments of a test")
    }
}
