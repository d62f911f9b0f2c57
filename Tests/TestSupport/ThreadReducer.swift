import Collectives
import Layers

/// Sums batch-norm moments over ranks that are threads, without the trainer.
public struct ThreadReducer: MomentReducer {
    private let communicator: any Communicator

    /// A reducer over `communicator`.
    public init(_ communicator: any Communicator) {
        self.communicator = communicator
    }

    /// As many as the trainer's.
    public var lanes: Int { sumLanes }

    /// Begins the sums.
    public func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        try communicator.startSum(moments, count: count, lane: lane, purpose: "moments of a test")
    }

    /// Replaces the moments by their sums.
    public func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        try communicator.finishSum(moments, count: count, lane: lane, purpose: "moments of a test")
    }
}
