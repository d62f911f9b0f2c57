import Files

extension CheckpointHeader {
    /// Tells a model from those of other trainings, and from itself at another time: a digest of the tree, of every
    /// epoch's losses, and of how samples fell into the leaves at the end. When, where and how fast it was trained is not
    /// in it.
    package var courseDigest: String {
        let lines =
            tree.nodes.map { "node \($0.parent ?? -1)" }
            + history.map { "\($0.phase) \($0.loss.bitPattern) \($0.recLoss.bitPattern)" }
            + (clustering?.leafCounts ?? []).map { "leaf \($0)" }
        return Array(lines.joined(separator: "\n").utf8).withUnsafeBytes(RunningDigest.text(of:))
    }
}
