import Checkpoints
import ClusterMetrics
import Collectives
import Datasets
import Foundation
import Topology

/// What `eval` measures of a deep embedded cluster tree on one split.
public struct DeepECTEvaluation: Encodable, Sendable {
    /// The five clustering metrics; absent without labels.
    public let scores: ClusterScores?
    /// Mean squared error of a value.
    public let reconstructionLoss: Double
    /// The assignments behind the metrics.
    public let clustering: Clustering
    private let tree: Tree

    private enum CodingKeys: String, CodingKey {
        case leaves, samples
        case reconstructionLoss = "rec_loss"
    }

    /// Measures a model; collective.
    package init<R: Scalar>(_ model: DeepECTModel<R>, of dataset: Dataset) throws {
        clustering = try model.clustering(of: dataset)
        tree = model.tree.topology
        scores = clustering.scores(over: tree)
        reconstructionLoss = try model.reconstructionLoss(of: dataset)
    }

    /// Measures the model of a checkpoint; collective.
    public init(_ checkpoint: CheckpointReader, on dataset: Dataset, communicator: any Communicator) throws {
        func measure<R: Scalar>(_ scalar: R.Type) throws -> DeepECTEvaluation {
            let model = try communicator.agree("checkpoint tensors") {
                try DeepECTModel<R>(checkpoint, communicator: communicator)
            }
            return try DeepECTEvaluation(model, of: dataset)
        }
        switch checkpoint.header.configuration.precision {
        case .float, .mixed: self = try measure(Float.self)
        case .double: self = try measure(Double.self)
        }
    }

    /// The scores of the tree with fewer leaves, the last splits undone; nil without labels.
    ///
    /// - Parameter count: at least 1; all leaves where there are no more.
    public func scores(leaves count: Int) -> ClusterScores? {
        clustering.scores(over: tree, clusters: min(count, clustering.leaves.count))
    }

    /// One flat object.
    public func encode(to encoder: any Encoder) throws {
        try scores?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(reconstructionLoss, forKey: .reconstructionLoss)
        try container.encode(clustering.leaves.count, forKey: .leaves)
        try container.encode(clustering.sampleCount, forKey: .samples)
    }

    /// A table for people.
    public var text: String {
        var rows: [(String, String)] = []
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        if let scores {
            rows += [
                ("dendrogram purity", number(scores.dp)), ("leaf purity", number(scores.lp)),
                ("accuracy", number(scores.acc)), ("NMI", number(scores.nmi)), ("ARI", number(scores.ari)),
            ]
        }
        rows += [
            ("squared error of a value", String(format: "%.6f", reconstructionLoss)),
            ("leaves", String(clustering.leaves.count)), ("samples", String(clustering.sampleCount)),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }.joined(
            separator: "\n")
    }
}
