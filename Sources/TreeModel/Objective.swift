import Kernels
import Layers

/// The parts of the loss, means over the global batch: four of the negative ELBO (paper eqs. 10–15), and that of the
/// contrastive extension (paper 2.6).
///
/// On several ranks each holds its samples' part; the sum over ranks is the batch's value.
public struct LossTerms: Sendable, Equatable {
    /// Expected negative log-likelihood: leaves weighted by their probability.
    public var reconstruction = 0.0
    /// Gaussian KL of the root.
    public var klRoot = 0.0
    /// Gaussian KLs of all other nodes, weighted by reach probability.
    public var klNodes = 0.0
    /// KLs of the routers' decisions, weighted by reach probability.
    public var klDecisions = 0.0
    /// What the contrastive extension adds to the loss, its weight included; 0 without it and in evaluation.
    public var contrastive = 0.0

    /// No loss yet.
    public init() {}

    /// What is minimised, at KL weight `alpha`.
    public func loss(alpha: Double) -> Double {
        reconstruction + alpha * (klRoot + klNodes + klDecisions) + contrastive
    }

    /// The evidence lower bound in nats.
    public var elbo: Double { -(reconstruction + (klRoot + klNodes + klDecisions)) }

    /// Adds `other`, weighted.
    public mutating func add(_ other: LossTerms, weight: Double = 1) {
        reconstruction += weight * other.reconstruction
        klRoot += weight * other.klRoot
        klNodes += weight * other.klNodes
        klDecisions += weight * other.klDecisions
        contrastive += weight * other.contrastive
    }

    /// The parts divided by `count`.
    public func divided(by count: Double) -> LossTerms {
        var result = LossTerms()
        result.add(self, weight: 1 / count)
        return result
    }
}

/// How samples and parts are weighted in the objective of one kind of training.
public struct ObjectiveRules: Sendable {
    /// Whether a node's `reach * KL` is held within the reference's [−1, 1000] for every sample.
    public var clampsDivergence: Bool
    /// Whether the probability of reaching the top node also weighs the reconstruction, or the KLs alone.
    public var weightsReconstruction: Bool

    /// The objective of a whole tree. The top is the root, which every sample reaches.
    public static let tree = ObjectiveRules(clampsDivergence: true, weightsReconstruction: true)

    /// The objective of a subtree below a frozen tree: the TensorFlow reference (published) leaves the
    /// reconstruction unweighted, the PyTorch reference weighs it.
    public static func subtree(weightsReconstruction: Bool) -> ObjectiveRules {
        ObjectiveRules(clampsDivergence: false, weightsReconstruction: weightsReconstruction)
    }
}

/// Where a pass's latent noise comes from: nothing but the key, the sample and the node.
public struct NoiseKey: Sendable {
    /// The run's seed.
    public var seed: UInt64
    /// Number of the epoch over all phases.
    public var epoch: UInt32
    /// What the noise is for.
    public var stream: RandomStream

    /// A key of one epoch's noise.
    public init(seed: UInt64, epoch: UInt32, stream: RandomStream) {
        self.seed = seed
        self.epoch = epoch
        self.stream = stream
    }
}
