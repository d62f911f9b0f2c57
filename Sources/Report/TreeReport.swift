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
