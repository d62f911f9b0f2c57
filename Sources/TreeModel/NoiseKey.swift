import Layers

/// Where a pass's latent noise comes from: nothing but the key, the sample and the node.
public struct NoiseKey: Sendable {
    /// The run's seed.
    public var seed: UInt64
    /// Number of the epoch over all phases.
    public var epoch: UInt32
    /// What the noise is for.
    public var stream: RandomStream

    /// A key of one epoch's noise.
    public init(seed: UInt64, epoch: UInt32, stream: RandomStream) {
        self.seed = seed
        self.epoch = epoch
        self.stream = stream
    }
}
