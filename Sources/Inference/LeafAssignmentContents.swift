/// What is told about each sample beside its leaf, its path and the probability of every node.
public struct LeafAssignmentContents: Sendable {
    /// The latents of every node: the means of their posteriors, each given the mean of its parent's. Without it an
    /// h5ad file still has those of the root.
    public var embedding: Bool
    /// The sample's ELBO in nats, with one latent sample: the mean over the samples is what `eval` prints.
    public var elbo: Bool
    /// Number of flat clusters that the tree is cut into; nil for none.
    public var clusters: Int?
    /// By node, the share of the other runs of a sweep that have its split; an h5ad file has them beside the tree.
    public var support: [Int: Double]

    /// What is told beside leaf, path and probabilities.
    public init(
        embedding: Bool = false, elbo: Bool = false, clusters: Int? = nil, support: [Int: Double] = [:]
    ) {
        self.embedding = embedding
        self.elbo = elbo
        self.clusters = clusters
        self.support = support
    }
}

/// The kinds of files that hold assignments.
public enum LeafAssignmentFormat: String, Sendable {
    /// One line a sample.
    case csv
    /// One data set a column (docs/result-formats.md).
    case h5
    /// AnnData, for scanpy and its kin.
    case h5ad
    /// The user's own AnnData file, which is there and is added to.
    case annotation

    /// Those of new files, whose extensions they are.
    public static let new: [Self] = [.csv, .h5, .h5ad]

    /// The format of a new file by its name; nil for another extension.
    public init?(path: String) {
        guard let format = Self.new.first(where: { path.hasSuffix("." + $0.rawValue) }) else { return nil }
        self = format
    }
}
