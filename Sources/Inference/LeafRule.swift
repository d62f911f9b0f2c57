import Checkpoints

/// What says which leaf a sample belongs to.
public enum LeafRule: Sendable, Equatable {
    /// The inference routers, as in the paper.
    case routers
    /// The importance-weighted posterior of the leaves, from so many draws of the sample's latents, with noise of a seed.
    case posterior(draws: Int, seed: UInt64)

    /// The posterior from so many draws of a checkpoint's model, with the noise of its `eval`; nil for the routers.
    public init(draws: Int?, of header: CheckpointHeader) {
        self = draws.map { .posterior(draws: $0, seed: header.configuration.seedBits) } ?? .routers
    }
}
