import Checkpoints
import ClusterMetrics
import Collectives
import Datasets
import Foundation
import Layers
import TreeModel

/// What `eval` measures on one split.
public struct Evaluation: Encodable, Sendable {
    /// The five clustering metrics; absent without labels.
    public let scores: ClusterScores?
    /// Parts of the negative ELBO, in nats per sample.
    public let terms: LossTerms
    /// Standard error of the mean ELBO, in nats: how much it would differ between data sets of this size.
    public let elboError: Double
    /// Estimates of the log-likelihood, if asked for.
    public let logLikelihood: LogLikelihood?
    /// Leaves of the tree.
    public let leaves: Int
    /// Samples evaluated.
    public let samples: Int
    /// The assignments behind the metrics.
    public let clustering: Clustering

    enum CodingKeys: String, CodingKey {
        case elbo, leaves, samples
        case recLoss = "rec_loss"
        case klRoot = "kl_root"
        case klNodes = "kl_nodes"
        case klDecisions = "kl_decisions"
        case published = "ll_paper"
        case bound = "ll"
        case draws = "ll_draws"
    }

    /// One flat object: metrics beside the parts of the ELBO.
    public func encode(to encoder: any Encoder) throws {
        try scores?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(terms.elbo, forKey: .elbo)
        try container.encode(terms.reconstruction, forKey: .recLoss)
        try container.encode(terms.klRoot, forKey: .klRoot)
        try container.encode(terms.klNodes, forKey: .klNodes)
        try container.encode(terms.klDecisions, forKey: .klDecisions)
        try container.encodeIfPresent(logLikelihood?.published, forKey: .published)
        try container.encodeIfPresent(logLikelihood?.bound, forKey: .bound)
        try container.encodeIfPresent(logLikelihood?.draws, forKey: .draws)
        try container.encode(leaves, forKey: .leaves)
        try container.encode(samples, forKey: .samples)
    }

    /// Evaluates a checkpoint's model on a data set, divided over the ranks.
    ///
    /// Latent noise is keyed by the configuration's seed and the sample, so that the figures do not depend
    /// on the number of ranks.
    ///
    /// - Parameters:
    ///   - draws: of the latents of each sample, to estimate the log-likelihood; nil not to.
    ///   - leafRule: what says which leaf a sample belongs to.
    ///   - progress: told the share of this rank's samples whose log-likelihood is done.
    public static func run<R: Scalar>(
        _ checkpoint: CheckpointReader, on dataset: Dataset, communicator: any Communicator,
        scalar: R.Type, draws: Int? = nil, leafRule: LeafRule = .routers,
        progress: (Double) -> Void = { _ in }
    ) throws -> Evaluation {
        let seed = checkpoint.header.configuration.seedBits
        let logLikelihood = try draws.map { draws in
            // Every path counts in a likelihood.
            let evaluator: Evaluator<R> = try .init(checkpoint, isSparse: false, communicator: communicator)
            return try evaluator.logLikelihood(of: dataset, draws: draws, seed: seed, progress: progress)
        }
        let evaluator: Evaluator<R> = try .init(checkpoint, leafRule: leafRule, communicator: communicator)
        return try Evaluation(evaluator, of: dataset, seed: seed, logLikelihood: logLikelihood)
    }

    /// Evaluates a model on a data set.
    package init<R: Scalar>(
        _ evaluator: Evaluator<R>, of dataset: Dataset, seed: UInt64, logLikelihood: LogLikelihood? = nil
    ) throws {
        let tree = evaluator.model.tree
        self.logLikelihood = logLikelihood
        clustering = try evaluator.clustering(of: dataset)
        scores = clustering.scores(over: tree)
        (terms, elboError) = try evaluator.lossTerms(
            of: dataset, noise: NoiseKey(seed: seed, epoch: 0, stream: .evaluation))
        leaves = tree.leaves.count
        samples = dataset.count
    }

    /// A table for people.
    public var text: String {
        var rows: [(String, String)] = []
        if let scores {
            rows += [
                ("dendrogram purity", format(scores.dp)), ("leaf purity", format(scores.lp)),
                ("accuracy", format(scores.acc)), ("NMI", format(scores.nmi)), ("ARI", format(scores.ari)),
            ]
        }
        rows += [
            ("ELBO", format(terms.elbo)), ("reconstruction loss", format(terms.reconstruction)),
            ("KL of the root", format(terms.klRoot)), ("KL of the nodes", format(terms.klNodes)),
            ("KL of the decisions", format(terms.klDecisions)), ("leaves", String(leaves)),
            ("samples", String(samples)),
        ]
        if let logLikelihood {
            rows += [
                ("log-likelihood, as published", format(logLikelihood.published)),
                ("log-likelihood, bound", format(logLikelihood.bound)),
                ("draws", String(logLikelihood.draws)),
            ]
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }.joined(
            separator: "\n")
    }

    private func format(_ value: Double) -> String { String(format: "%.4f", value) }

    /// Checks that a checkpoint's model can read a data set's samples.
    public static func check(_ checkpoint: CheckpointReader, reads dataset: Dataset) throws {
        guard checkpoint.header.inputShape == dataset.shape else {
            throw TrainingError(
                "\(checkpoint.path) was trained on samples of shape \(checkpoint.header.inputShape), those of "
                    + "\(dataset.name) have shape \(dataset.shape)")
        }
        try dataset.validate(for: checkpoint.header.configuration.model)
    }
}
