import Checkpoints
import Collectives
import Configuration

/// How long an optimiser step of a growing subtree takes, below a frozen tree of random weights.
///
/// The steps are those of the subtree phase of training: what the frozen tree gives to the samples, then
/// forward, backward, exchange of gradients and Adam of the two new leaves.
public struct GrowthBenchmark: Encodable, Sendable {
    /// Number of ranks.
    public let ranks: Int
    /// Leaves of the tree before it grows.
    public let leaves: Int
    /// Samples of a batch, over all ranks.
    public let batch: Int
    /// Trainable values of the subtree.
    public let parameters: Int
    /// Type of parameters and activations.
    public let precision: Configuration.Precision
    /// Duration of a step on outputs of the frozen tree that were computed once for all epochs, on the slowest
    /// rank: what `growth.fixed_subset_latents: true` trains with.
    public let cached: Timing
    /// Duration of a step before which the frozen tree runs and draws its latents anew, on the slowest rank:
    /// `growth.fixed_subset_latents: false`.
    public let redrawn: Timing

    /// Measures; collective.
    ///
    /// - Parameters:
    ///   - configuration: architecture, optimiser and batch size; it does not matter which latents it asks for.
    ///   - leaves: of the balanced tree that grows.
    ///   - seconds: about how long to measure each kind of step.
    /// - Throws: `CollectiveError`; ``TrainingError`` where there is no such tree, or it cannot grow.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, communicator: any Communicator, seconds: Double = 3,
        scalar: R.Type
    ) throws {
        let bench = try GrowthBench<R>(configuration, leaves: leaves, communicator: communicator)
        func timing(fixesLatents: Bool) throws -> Timing {
            let frozen = try bench.frozenTree(fixesLatents: fixesLatents)
            return try Timing(for: seconds) { try bench.steps($0, below: frozen) }
        }
        cached = try timing(fixesLatents: true)
        redrawn = try timing(fixesLatents: false)
        ranks = communicator.size
        self.leaves = leaves
        batch = configuration.training.batchSize
        parameters = bench.subtree.arena.count
        precision = configuration.precision
    }
}
