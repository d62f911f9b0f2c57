/// Everything that decides a run, except where its files are.
///
/// The stored properties of this type and of its sections *are* the schema: a property `maxLeaves` in the
/// section `growth` is the YAML key `growth.max_leaves`, its initial value the default (see ``keys``).
/// The defaults are those that made the published tables: the authors' TensorFlow implementation ("TF").
/// Where their PyTorch implementation ("PT") differs, the property says so.
public struct Configuration: Codable, Equatable, Sendable {
    /// Key of every random number: initial weights, noise, shuffling, "strokes". TF and PT: 42.
    public var seed = 42
    /// Type of parameters and activations. TF and PT: 32-bit floats; `double` checks gradients and ranks, `mixed` has 32-bit
    /// floats and multiplies their upper 16 bits (bfloat16) in wide linear layers.
    public var precision = Precision.float
    /// Settings that count where they are not named themselves.
    public var profile = Profile.none
    /// Which samples are read.
    public var data = Data()
    /// Architecture of the network.
    public var model = Model()
    /// The deep embedded cluster tree.
    public var deepect = DeepECT()
    /// The contrastive extension.
    public var contrastive = Contrastive()
    /// Batches and lengths of the phases.
    public var training = Training()
    /// How pictures are changed at random before they are trained on.
    public var augmentation = Augmentation()
    /// Adam.
    public var optimizer = Optimizer()
    /// How the learning rate falls and the weight of the Kullback-Leibler terms rises.
    public var schedule = Schedule()
    /// When a leaf is split, when growth stops, what is pruned.
    public var growth = Growth()
    /// How often the run can be resumed from.
    public var checkpoint = Checkpoint()
    /// What computes.
    public var performance = Performance()

    /// The defaults.
    public init() {}

    /// Type of parameters and activations.
    public enum Precision: String, Choice { case float, double, mixed }
}

/// A setting with a fixed set of words as its values.
public protocol Choice: CaseIterable, Codable, RawRepresentable<String>, Sendable {}

extension Choice {
    /// The words, in the order of declaration.
    static var words: [String] { allCases.map(\.rawValue) }
}
