/// A stage of a training step, in the order in which they come. The raw value is its name in the figures of a benchmark.
public enum StepStage: String, Sendable, CaseIterable {
    /// Encoder and bottom-up chain.
    case trunk
    /// Projection heads of the contrastive extension, where there is one.
    case projections
    /// Inference routers and reach probabilities.
    case route
    /// The normals behind every z.
    case noise
    /// Dense heads, transformations and the sample of every z.
    case sample
    /// Decoders, forward and backward.
    case decoders
    /// Generative routers and the parts of the loss.
    case objective
    /// The contrastive terms, where there are any.
    case contrast
    /// Back through routers, transformations and dense heads.
    case backwardTree = "backward_tree"
    /// Back through the projection heads.
    case backwardProjections = "backward_projections"
    /// Back through chain and encoder.
    case backwardTrunk = "backward_trunk"
}

/// Told the end of each stage of a training step.
public typealias StepObserver = (StepStage) -> Void
