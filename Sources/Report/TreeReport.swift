import ClusterMetrics
import RunLog

/// What there is to say about a model and the data that it clusters: values alone, not how they are drawn.
///
/// Whatever is empty or nil has no place on the page: data without labels have no purities, no scores and no confusion
/// matrix.
public struct TreeReport: Codable, Equatable, Sendable {
    /// Name of the data set.
    public var dataset: String
    /// Which part of it: "test split".
    public var part: String
    /// Samples looked at.
    public var samples: Int
    /// Names of the classes, by label; empty without labels.
    public var classes: [String]
    /// Names of binary attributes of the samples; empty without.
    public var attributes: [String]
    /// Share of all samples that have each attribute, in [0, 1].
    public var attributeShares: [Double]
    /// Every node, by identifier, parent before child.
    public var nodes: [Node]
    /// The five metrics; nil without labels.
    public var scores: ClusterScores?
    /// The ELBO and its parts; nil where nobody has evaluated the model.
    public var bound: Bound?
    /// Labels of the samples that ``Node/plane`` shows, one each; empty without labels.
    public var plottedLabels: [Int] = []
    /// The leaf of every sample; nil where the page does without.
    public var members: Members?
    /// Every epoch of all phases.
    public var history: [EpochRecord]
    /// How the tree grew, from its root with two leaves.
    public var growth: [GrowthStep]
    /// Where model and data come from, as rows of name and value.
    public var facts: [Fact]
    /// The resolved configuration as YAML.
    public var configuration: String

    /// One row of the provenance.
    public struct Fact: Codable, Equatable, Sendable {
        /// What it is about.
        public var name: String
        /// What it says.
        public var value: String

        /// A row.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The ELBO and its parts, means over the samples in nats.
    public struct Bound: Codable, Equatable, Sendable {
        /// Evidence lower bound.
        public var elbo: Double
        /// Standard error of its mean.
        public var error: Double
        /// Reconstruction loss.
        public var reconstruction: Double
        /// Divergence of the root's latents.
        public var klRoot: Double
        /// Divergences of the other nodes' latents, summed.
        public var klNodes: Double
        /// Divergences of the decisions, summed.
        public var klDecisions: Double
        /// Estimates of the log-likelihood; nil where nobody asked for them.
        public var likelihood: Likelihood?

        /// A bound of these parts.
        public init(
            elbo: Double, error: Double, reconstruction: Double, klRoot: Double, klNodes: Double,
            klDecisions: Double, likelihood: Likelihood? = nil
        ) {
            self.elbo = elbo
            self.error = error
            self.reconstruction = reconstruction
            self.klRoot = klRoot
            self.klNodes = klNodes
            self.klDecisions = klDecisions
            self.likelihood = likelihood
        }
    }

    /// Estimates of the log-likelihood, means over the samples in nats.
    public struct Likelihood: Codable, Equatable, Sendable {
        /// As in the paper's Table 2.
        public var published: Double
        /// An importance-weighted lower bound.
        public var bound: Double
        /// Draws of the latents of each sample.
        public var draws: Int

        /// Estimates.
        public init(published: Double, bound: Double, draws: Int) {
            self.published = published
            self.bound = bound
            self.draws = draws
        }
    }

    /// Which leaf each sample is in.
    public struct Members: Codable, Equatable, Sendable {
        /// What the samples are called; empty where that is the number of their row.
        public var ids: [String]
        /// Identifier of each sample's leaf.
        public var leaves: [Int]

        /// Samples and their leaves.
        public init(ids: [String], leaves: [Int]) {
            self.ids = ids
            self.leaves = leaves
        }
    }

    /// A report without features of its own kind of data; ``attributes`` and what nodes show are set afterwards.
    public init(
        dataset: String, part: String, samples: Int, classes: [String], nodes: [Node], scores: ClusterScores?,
        history: [EpochRecord], growth: [GrowthStep], facts: [Fact], configuration: String
    ) {
        precondition(nodes.first?.parent == nil && !nodes.isEmpty, "a tree has a root")
        self.dataset = dataset
        self.part = part
        self.samples = samples
        self.classes = classes
        attributes = []
        attributeShares = []
        self.nodes = nodes
        self.scores = scores
        self.history = history
        self.growth = growth
        self.facts = facts
        self.configuration = configuration
    }

    /// Identifiers of the leaves as they are drawn: depth first, left before right.
    public var leaves: [Int] { TreeLayout(children: nodes.map(\.children)).leaves }

    /// Share of all samples that are below a node, in [0, 1].
    func share(_ node: Node) -> Double { Double(node.samples) / Double(max(1, samples)) }
}
