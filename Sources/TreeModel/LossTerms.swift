/// The parts of the loss, means over the global batch: four of the negative ELBO (paper 2.4), and that of the
/// contrastive extension (paper 2.6). A deep embedded cluster tree has two of its own beside the reconstruction.
///
/// On several ranks each holds its samples' part; the sum over ranks is the batch's value.
public struct LossTerms: Sendable, Equatable {
    /// Expected negative log-likelihood, leaves weighted by their probability (paper eq. 15).
    public var reconstruction = 0.0
    /// KL_root: Gaussian KL of the root.
    public var klRoot = 0.0
    /// KL_nodes: Gaussian KLs of all other nodes, weighted by reach probability.
    public var klNodes = 0.0
    /// KL_decisions: KLs of the routers' decisions, weighted by reach probability.
    public var klDecisions = 0.0
    /// What the contrastive extension adds to the loss, its weight included; 0 without it and in evaluation.
    public var contrastive = 0.0
    /// L_NC of a deep embedded cluster tree: how far its leaves are from the means of their samples.
    public var nodeCentres = 0.0
    /// L_DC of a deep embedded cluster tree: how far samples are from their nodes, in the directions that part siblings.
    public var dataCompression = 0.0

    /// No loss yet.
    public init() {}

    /// What is minimised, at KL weight `alpha`.
    public func loss(alpha: Double) -> Double {
        reconstruction + alpha * (klRoot + klNodes + klDecisions) + contrastive + nodeCentres
            + dataCompression
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
        nodeCentres += weight * other.nodeCentres
        dataCompression += weight * other.dataCompression
    }

    /// The parts divided by `count`.
    public func divided(by count: Double) -> LossTerms {
        var result = LossTerms()
        result.add(self, weight: 1 / count)
        return result
    }
}
