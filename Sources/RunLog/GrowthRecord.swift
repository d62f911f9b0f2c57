/// One change of the tree during a run: a leaf that was split, or one that was pruned.
public struct GrowthRecord: Equatable, Codable, Sendable {
    /// What happened to the leaf.
    public enum Kind: String, Codable, Sendable {
        /// It got two children, whose identifiers are the next two.
        case split
        /// It went, with every ancestor that was left childless; the identifiers of the other nodes closed up.
        case prune
    }

    /// What happened.
    public var kind: Kind
    /// The leaf, by the identifier that it had then.
    public var leaf: Int
    /// Training samples: of a leaf that was split those that the new leaves were trained on, of a pruned one those
    /// whose most probable leaf it was.
    public var samples: Int
    /// Effective leaves before the change; nil where nobody counted them, as in pruning.
    public var effectiveLeaves: Int?
    /// Epochs of all phases that came before.
    public var epochs: Int

    /// A record.
    public init(kind: Kind, leaf: Int, samples: Int, effectiveLeaves: Int? = nil, epochs: Int) {
        self.kind = kind
        self.leaf = leaf
        self.samples = samples
        self.effectiveLeaves = effectiveLeaves
        self.epochs = epochs
    }
}
