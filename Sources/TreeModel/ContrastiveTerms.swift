import Kernels
import Layers
import Networks

/// The contrastive terms of a whole model or of a subtree (paper 2.6), and what each counts in the loss.
///
/// The projections' term is the mean over all levels, once for a whole model; each router that decides has a term of
/// its own.
public final class ContrastiveTerms<R: Real> {
    private let topDown: TopDown<R>
    private let parts: [(loss: ContrastiveLoss<R>, weight: Double)]

    /// - Parameter projections: nil for a subtree, above which the levels are frozen.
    init(_ settings: ContrastiveSettings, projections: Projections<R>?, topDown: TopDown<R>) {
        self.topDown = topDown
        // The top is where the projections' term is, beside that of its router, if it has not lost it by pruning.
        let topTerms = [projections != nil, topDown.top.decision != nil].count { $0 }
        let topWeight =
            switch settings.combination {
            case .published: settings.weight / Double(max(1, topTerms))
            case .sum: settings.weight
            }
        let levels = projections?.losses ?? []
        parts =
            levels.map { ($0, topWeight / Double(levels.count)) }
            + topDown.nodes.enumerated().compactMap { index, node in
                node.decision?.contrastive.map { ($0.loss, index == 0 ? topWeight : settings.weight) }
            }
    }

    /// Follows the routing and the projections of a training pass: leaves gradients with projections and routers, from
    /// which backward takes them.
    ///
    /// - Returns: this rank's part of the sum of all terms, weighted.
    package func evaluate(_ pass: Pass<R>) throws -> Double {
        for node in topDown.nodes {
            node.decision?.loadContrastive(
                reach: node.reach.local.value, topReach: topDown.topReach.pointer)
        }
        return try ContrastiveLoss.evaluate(parts, pass)
    }

    /// Keeps the weights of decisions as they are now, for a finite difference: no gradient goes through them, so they
    /// must not move with the parameters.
    package func holdWeights() {
        for node in topDown.nodes { node.decision?.contrastive?.holdsWeights = true }
    }
}
