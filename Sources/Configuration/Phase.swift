/// A phase of training. Each starts with a fresh optimiser and restarts the schedules.
public enum Phase: String, CaseIterable, Codable, Sendable {
    /// The root and its two leaves, all parameters.
    case initial
    /// The new subtree of a growth step, all else frozen.
    case subtree
    /// The whole tree between growth steps.
    case intermediate
    /// The whole pruned tree, at the end.
    case finetune
}
