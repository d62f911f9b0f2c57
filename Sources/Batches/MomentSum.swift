import Collectives
import Layers

/// Batch-norm moments summed by the communicator, so that statistics are those of the global batch, and what a
/// contrastive loss needs of the global batch.
package struct MomentSum: MomentReducer {
    package let communicator: any Communicator

    /// Sums over the ranks of a communicator.
    package init(communicator: any Communicator) {
        self.communicator = communicator
    }

    /// One rank waits for nobody; several compute with one half of the networks while the moments of the other are on
    /// their way.
    package var lanes: Int { communicator.size > 1 ? sumLanes : 1 }

    package func start(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        try communicator.startSum(moments, count: count, lane: lane, purpose: "batch-norm moments")
    }

    package func finish(moments: UnsafeMutablePointer<Double>, count: Int, lane: Int) throws {
        try communicator.finishSum(moments, count: count, lane: lane, purpose: "batch-norm moments")
    }
}
