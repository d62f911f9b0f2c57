import Networks
import RunLog
import Store
import TreeModel

/// What a checkpoint holds, for people and for programs: what `inspect` shows.
public struct CheckpointSummary: Encodable, Sendable {
    /// Attribute `format` of files that are checkpoints.
    public static var format: String { CheckpointFormat.name }

    /// One node of the tree.
    package struct Node: Encodable, Sendable {
        package let id: Int
        package let parent: Int?
        package let children: [Int]
        package let depth: Int
        package let kind: String
        package let side: String?
        package let parameters: Int
        package let samples: Int?
        package let share: Double?
        package let purity: Double?
        let majorityClass: String?

        enum CodingKeys: String, CodingKey {
            case id, parent, children, depth, kind, side, parameters, samples, share, purity
            case majorityClass = "majority_class"
        }
    }

    /// Numbers of trainable values.
    package struct Parameters: Encodable, Sendable {
        package let total: Int
        /// Of encoder and bottom-up chain.
        package let trunk: Int
        /// Of the projection heads of contrastive training; absent without them.
        package let projections: Int?
    }

    /// The file's path.
    public let path: String
    /// Everything in the file besides tensors.
    public let header: CheckpointHeader
    private let nodes: [Node]
    private let parameters: Parameters

    /// Reads a checkpoint whole, so that a damaged one is refused.
    /// - Throws: ``StoreError`` or ``CheckpointError``.
    public init(_ path: String) throws {
        let reader = try CheckpointReader(path)
        let header = reader.header
        let tree = header.tree
        var sizes: [Substring: Int] = [:]
        if header.configuration.model.kind == .deepect {
            let matrices = header.configuration.deepect.matrices(
                features: header.inputShape.reduce(1, *))
            // The autoencoder has one bias a row; nodes have no parameters besides their centres.
            sizes["autoencoder"] = matrices.reduce(0) { $0 + $1.rows * ($1.columns + 1) }
        } else {
            // In double precision, which holds what either kind of run has stored.
            let model = TreeVAE<Double>(
                architecture: Architecture(header.configuration, inputShape: header.inputShape), tree: tree,
                columns: 1, training: try reader.hasProjections)
            try reader.restore(model)
            for tensor in model.arena.parameters {
                sizes[tensor.name.prefix { $0 != "/" }, default: 0] += tensor.count
            }
        }
        nodes = tree.nodes.map { node in
            let described = tree.described(
                node, clustering: header.clustering, classNames: header.classNames)
            return Node(
                id: node.id, parent: node.parent, children: node.children, depth: node.depth,
                kind: tree.kind(of: node), side: tree.side(of: node),
                parameters: sizes[nodeName(node.id)[...]] ?? 0,
                samples: header.clustering?.count(below: node.id, in: tree), share: described.share,
                purity: described.purity, majorityClass: described.majorityClass)
        }
        let total = sizes.values.reduce(0, +)
        let projections = sizes["projection"]
        parameters = Parameters(
            total: total, trunk: total - nodes.reduce(projections ?? 0) { $0 + $1.parameters },
            projections: projections)
        self.path = path
        self.header = header
    }

    private enum CodingKeys: String, CodingKey {
        case format, dataset, phase, epoch, leaves, nodes, parameters, history, configuration
        case inputShape = "input_shape"
        case classNames = "class_names"
        case growthStep = "growth_step"
        case growingLeaf = "growing_leaf"
    }

    /// One object: nodes, parameters, where the run stood, every epoch, and the configuration as YAML text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(header.datasetName, forKey: .dataset)
        try container.encode(header.inputShape, forKey: .inputShape)
        try container.encode(header.classNames, forKey: .classNames)
        try container.encode(header.phaseName, forKey: .phase)
        try container.encode(header.epoch, forKey: .epoch)
        try container.encode(header.growthStep, forKey: .growthStep)
        try container.encodeIfPresent(header.growingLeaf, forKey: .growingLeaf)
        try container.encode(header.tree.leaves.count, forKey: .leaves)
        try container.encode(nodes, forKey: .nodes)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(header.history, forKey: .history)
        try container.encode(header.configuration.yaml(), forKey: .configuration)
    }

    /// The tree as text, with the number of each node's parameters.
    ///
    /// - Parameter support: by node, the share of other trees that have its split.
    public func drawing(style: TreeText.Style, support: [Int: Double] = [:]) -> String {
        var drawn = header.tree.drawn(clustering: header.clustering, classNames: header.classNames)
        for index in drawn.indices {
            drawn[index].parameters = nodes[drawn[index].id].parameters
            drawn[index].support = support[drawn[index].id]
        }
        return TreeText(drawn, style: style).render()
    }

    /// File, data, phase and numbers of parameters, as rows of name and value.
    public var facts: [(name: String, value: String)] {
        let shape = header.inputShape.map(String.init).joined(separator: "x")
        let classes = header.classNames.isEmpty ? "no labels" : "\(header.classNames.count) classes"
        let growing = header.growingLeaf.map { ", new leaves below node \($0)" } ?? ""
        return [
            ("checkpoint", path),
            ("data", "\(header.datasetName), samples of \(shape), \(classes)"),
            ("phase", "\(header.phaseName), \(header.epoch) epochs of it done\(growing)"),
            ("epochs", "\(header.history.count) in all, \(header.growthStep) splits"),
            (
                "parameters",
                "\(parameters.total), of these trunk \(parameters.trunk)"
                    + (parameters.projections.map { ", projection heads \($0)" } ?? "")
            ),
        ]
    }

    /// The epochs of each phase so far, in order.
    public var phases: [ArraySlice<EpochRecord>] {
        let history = header.history
        let starts = history.indices.filter {
            $0 == 0 || history[$0].phaseIndex != history[$0 - 1].phaseIndex
        }
        return zip(starts, starts.dropFirst() + [history.count]).map { history[$0..<$1] }
    }
}
