import Collectives
import Layers

/// Batch-norm moments summed by the communicator, so that statistics are those of the global batch, and what a
/// contrastive loss needs of the global batch.
struct MomentSum: MomentReducer {
    let communicator: any Communicator

    func sum(moments: UnsafeMutablePointer<Double>, count: Int) throws {
        try communicator.sum(moments, count: count, purpose: "batch-norm moments")
    }
}
