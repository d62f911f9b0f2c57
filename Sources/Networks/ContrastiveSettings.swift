/// The contrastive extension of a model (paper 2.6): what pulls the two augmented views of an image to one place in the
/// levels, and to one side of every decision.
public struct ContrastiveSettings: Sendable {
    /// What a node's terms add up to; the root of a whole tree has two, that of the projections and its router's.
    public enum Combination: Sendable {
        /// Their mean: the root's terms count half. The TensorFlow reference, which made the published tables.
        case published
        /// Their sum: the PyTorch reference.
        case sum
    }

    /// What the sum of all terms counts beside the negative ELBO.
    public var weight: Double
    /// Temperature of the projections.
    public var temperature: Double
    /// Temperature of the routers' decisions.
    public var routerTemperature: Double
    /// How terms of one node are combined.
    public var combination: Combination
    /// Width of the hidden layer of every projection head.
    public var hidden: Int
    /// Sizes of the projections, bottom to root; one per level.
    public var projections: [Int]

    /// Settings of the extension.
    public init(
        weight: Double, temperature: Double, routerTemperature: Double, combination: Combination, hidden: Int,
        projections: [Int]
    ) {
        self.weight = weight
        self.temperature = temperature
        self.routerTemperature = routerTemperature
        self.combination = combination
        self.hidden = hidden
        self.projections = projections
    }
}
