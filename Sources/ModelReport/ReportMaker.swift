import Checkpoints
import ClusterMetrics
import Collectives
import Configuration
import Datasets
import Foundation
import Inference
import Kernels
import Layers
import Report
import RunLog
import Topology
import TreeModel

/// Makes the report of a model on a data set: how its samples fall into the leaves, what those of a leaf have in
/// common, and what the leaf generates.
///
/// The passes over the data are divided over the ranks; pictures are drawn on rank 0 alone.
package struct ReportMaker<R: Scalar> {
    package let evaluator: Evaluator<R>
    package let header: CheckpointHeader
    package let dataset: Dataset
    /// Which part of the data set it is: "test split".
    package let part: String
    /// The checkpoint, in words.
    package let origin: String

    /// Reports what an evaluator's model makes of a data set.
    package init(
        evaluator: Evaluator<R>, header: CheckpointHeader, dataset: Dataset, part: String, origin: String
    ) {
        self.evaluator = evaluator
        self.header = header
        self.dataset = dataset
        self.part = part
        self.origin = origin
    }

    /// The report on rank 0; the other ranks get nil. Collective.
    ///
    /// - Parameter evaluation: of the same model on the same data; nil to make it now.
    package func make(_ evaluation: Evaluation? = nil) throws -> TreeReport? {
        let evaluation =
            try evaluation
            ?? Evaluation(evaluator, of: dataset, seed: header.configuration.seedBits)
        let tree = header.tree
        let survey = try LeafSurvey(evaluator, of: dataset)
        let isPicture = dataset.shape.count == 3
        let sums = isPicture ? nil : try FeatureSums(evaluator, of: dataset, survey)
        guard evaluator.communicator.rank == 0 else { return nil }

        let clustering = survey.clustering
        var nodes = clustering.reportNodes(of: tree)
        if isPicture {
            try NodePictures(
                evaluator: evaluator, dataset: dataset, seed: header.configuration.seedBits
            ).describe(&nodes, survey)
        }
        sums?.describe(&nodes, in: tree)
        var report = TreeReport(
            dataset: dataset.name, part: part, samples: dataset.count,
            classes: clustering.table == nil ? [] : dataset.namesOfClasses, nodes: nodes,
            scores: clustering.scores(over: tree), history: header.history, growth: growthSteps, facts: facts,
            configuration: header.configuration.yaml())
        report.bound = TreeReport.Bound(evaluation)
        try LatentPlanes(evaluator: evaluator, dataset: dataset).describe(&report)
        report.members = members(survey)
        if let attributes = try dataset.readAttributes() {
            AttributeSums(attributes, survey).describe(&report, in: tree)
        }
        return report
    }

    /// Bytes of the names of samples that a page has room for.
    private static var mostBytesOfIDs: Int { 500_000 }
    /// Samples whose leaves it has room for.
    private static var mostMembers: Int { 200_000 }

    /// The leaf of every sample; nil where that is too much for a page.
    private func members(_ survey: LeafSurvey) -> TreeReport.Members? {
        guard dataset.count <= Self.mostMembers else { return nil }
        let ids = (0..<dataset.count).map(dataset.id(of:))
        let areRows = ids.indices.allSatisfy { ids[$0] == String($0) }
        guard areRows || ids.reduce(0, { $0 + $1.utf8.count + 3 }) <= Self.mostBytesOfIDs else { return nil }
        return TreeReport.Members(
            ids: areRows ? [] : ids, leaves: survey.assignments.map { survey.clustering.leaves[Int($0)] })
    }

    /// The start and every change since; empty where the checkpoint does not tell.
    private var growthSteps: [GrowthStep] {
        guard let replay = GrowthReplay(header.growth, to: header.tree, growingLeaf: header.growingLeaf)
        else {
            return []
        }
        return [GrowthStep(record: nil, children: replay.start.nodes.map(\.children), new: [])]
            + replay.steps.map { step in
                GrowthStep(
                    record: step.record, children: step.tree.nodes.map(\.children),
                    new: step.record.kind == .split ? step.tree.nodes[step.record.leaf].children : [])
            }
    }

    private var facts: [TreeReport.Fact] {
        let shape = dataset.shape.map(String.init).joined(separator: "×")
        let seconds = header.history.reduce(0) { $0 + $1.seconds }
        var facts = [
            TreeReport.Fact("Checkpoint", origin),
            TreeReport.Fact(
                "State",
                "\(header.phaseName), after \(header.history.count) epochs and \(header.growthStep) splits"),
            TreeReport.Fact("Parameters", String(evaluator.model.arena.count)),
            TreeReport.Fact("Trained on", header.datasetName),
            TreeReport.Fact("Reported on", "\(dataset.name), \(part), \(dataset.count) samples of \(shape)"),
        ]
        if !dataset.source.isEmpty { facts.append(.init("Source of the data", dataset.source)) }
        facts.append(.init("Seed", String(header.configuration.seed)))
        if seconds > 0 {
            facts.append(.init("Time in training steps", String(format: "%.1f minutes", seconds / 60)))
        }
        return facts
    }
}

extension TreeReport.Bound {
    /// What an evaluation found.
    package init(_ evaluation: Evaluation) {
        let terms = evaluation.terms
        self.init(
            elbo: terms.elbo, error: evaluation.elboError, reconstruction: terms.reconstruction,
            klRoot: terms.klRoot, klNodes: terms.klNodes, klDecisions: terms.klDecisions,
            likelihood: evaluation.logLikelihood.map {
                TreeReport.Likelihood(published: $0.published, bound: $0.bound, draws: $0.draws)
            })
    }
}

extension Clustering {
    /// Every node with the samples below it.
    fileprivate func reportNodes(of tree: Tree) -> [TreeReport.Node] {
        tree.nodes.map { node in
            TreeReport.Node(
                id: node.id, parent: node.parent, children: node.children, depth: node.depth,
                samples: count(below: node.id, in: tree),
                classCounts: classCounts(below: node.id, in: tree) ?? [])
        }
    }
}

extension TreeReport {
    /// What a checkpoint tells by itself, without model and data: the tree with the sizes and classes that training last
    /// saw, and the history.
    ///
    /// - Throws: ``TrainingError`` where no epoch has ended since the topology changed, so that nobody has counted.
    public init(_ header: CheckpointHeader) throws {
        guard let clustering = header.clustering else {
            throw TrainingError(
                "the checkpoint does not say how samples fall into the leaves, since no epoch has ended yet: make the "
                    + "figure with report, which looks at the data")
        }
        self.init(
            dataset: header.datasetName, part: "followed split", samples: clustering.sampleCount,
            classes: clustering.table == nil ? [] : header.classNames,
            nodes: clustering.reportNodes(of: header.tree), scores: clustering.scores(over: header.tree),
            history: header.history, growth: [], facts: [], configuration: header.configuration.yaml())
    }

    /// The report of a checkpoint's model on a data set, on rank 0; nil on the others. Collective.
    ///
    /// - Parameters:
    ///   - part: which part of the data set it is: "test split".
    ///   - draws: of the latents of each sample, to estimate the log-likelihood; nil not to.
    /// - Throws: an error that says what cannot be read.
    public static func make(
        _ checkpoint: CheckpointReader, on dataset: Dataset, part: String, draws: Int? = nil,
        leafRule: LeafRule = .routers, communicator: any Communicator
    ) throws -> TreeReport? {
        switch checkpoint.header.configuration.precision {
        case .float, .mixed:
            try make(checkpoint, on: dataset, part, draws, leafRule, communicator, as: Float.self)
        case .double: try make(checkpoint, on: dataset, part, draws, leafRule, communicator, as: Double.self)
        }
    }

    private static func make<R: Scalar>(
        _ checkpoint: CheckpointReader, on dataset: Dataset, _ part: String, _ draws: Int?,
        _ leafRule: LeafRule, _ communicator: any Communicator, as scalar: R.Type
    ) throws -> TreeReport? {
        let evaluation = try Evaluation.run(
            checkpoint, on: dataset, communicator: communicator, scalar: scalar, draws: draws,
            leafRule: leafRule)
        let evaluator = try Evaluator<R>(checkpoint, leafRule: leafRule, communicator: communicator)
        return try ReportMaker(
            evaluator: evaluator, header: checkpoint.header, dataset: dataset, part: part,
            origin: checkpoint.path
        ).make(evaluation)
    }
}
