/// How samples and parts are weighted in the objective of one kind of training.
public struct ObjectiveRules: Sendable {
    /// Whether a node's `reach * KL` is held within the reference's [−1, 1000] for every sample.
    public var clampsDivergence: Bool
    /// Whether the probability of reaching the top node also weighs the reconstruction, or the KLs alone.
    public var weightsReconstruction: Bool

    /// The objective of a whole tree. The top is the root, which every sample reaches.
    public static let tree = ObjectiveRules(clampsDivergence: true, weightsReconstruction: true)

    /// The objective of a subtree below a frozen tree: the TensorFlow reference (published) leaves the
    /// reconstruction unweighted, the PyTorch reference weighs it.
    public static func subtree(weightsReconstruction: Bool) -> ObjectiveRules {
        ObjectiveRules(clampsDivergence: false, weightsReconstruction: weightsReconstruction)
    }
}
