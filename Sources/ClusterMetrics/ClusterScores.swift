/// The five metrics of a hierarchical clustering, each at most 1.
public struct ClusterScores: Codable, Equatable, Sendable {
    /// Dendrogram purity.
    public let dp: Double
    /// Leaf purity.
    public let lp: Double
    /// Accuracy under the best one-to-one assignment of leaves to labels.
    public let acc: Double
    /// Normalised mutual information, arithmetic mean.
    public let nmi: Double
    /// Adjusted Rand index.
    public let ari: Double

    /// Scores that are known.
    init(dp: Double, lp: Double, acc: Double, nmi: Double, ari: Double) {
        (self.dp, self.lp, self.acc, self.nmi, self.ari) = (dp, lp, acc, nmi, ari)
    }

    /// Scores a table with at least one sample; its leaf `k` is node `hierarchy.leaves[k]`.
    public init(_ table: ContingencyTable, over hierarchy: Hierarchy) {
        dp = hierarchy.dendrogramPurity(of: table)
        lp = table.leafPurity
        acc = table.accuracy
        nmi = table.normalisedMutualInformation
        ari = table.adjustedRandIndex
    }
}
