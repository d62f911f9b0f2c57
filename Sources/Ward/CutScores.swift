import ClusterMetrics
import Datasets

/// A dendrogram cut into flat clusters, and how they agree with the labels.
public struct CutScores: Encodable, Sendable {
    /// Number of flat clusters.
    public let clusters: Int
    /// The metrics of the tree above them; absent without labels.
    public let scores: ClusterScores?

    private enum CodingKeys: CodingKey { case clusters }

    /// Cuts a dendrogram of a data set's samples.
    public init(_ dendrogram: Dendrogram, of dataset: Dataset, clusters: Int) {
        self.clusters = clusters
        scores = dataset.labels.map {
            dendrogram.scores(clusters: clusters, labels: $0, classes: dataset.classCounts.count)
        }
    }

    /// The metrics beside the number of clusters.
    public func encode(to encoder: any Encoder) throws {
        try scores?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(clusters, forKey: .clusters)
    }
}
