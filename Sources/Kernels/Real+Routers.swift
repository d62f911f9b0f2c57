import CKernels

extension Real {
    /// `left = σ(logit)`, `right = σ(-logit)`, each stable for any logit.
    public static func branchProbabilities(
        logit: UnsafePointer<Self>, left: UnsafeMutablePointer<Self>, right: UnsafeMutablePointer<Self>,
        count: Int
    ) {
        kernels_branch_probabilities(type, logit, left, right, count)
    }

    /// `divergence = q·ln(ε + q/(p+ε)) + (1-q)·ln(ε + (1-q)/(1-p+ε))` with `q = σ(posteriorLogit)`,
    /// `p = σ(priorLogit)`; complements are computed as `σ(-logit)`.
    public static func decisionDivergence(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        divergence: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_divergence(type, posteriorLogit, priorLogit, Double(epsilon), divergence, count)
    }

    /// `dPosteriorLogit = (dDivergence * ∂divergence/∂q + dLeft - dRight) * q(1-q)` and
    /// `dPriorLogit = dDivergence * ∂divergence/∂priorLogit`; both overwritten.
    ///
    /// `dLeft` and `dRight` are gradients with respect to the two branch probabilities of the posterior router.
    public static func decisionGradient(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        dDivergence: UnsafePointer<Self>, dLeft: UnsafePointer<Self>, dRight: UnsafePointer<Self>,
        dPosteriorLogit: UnsafeMutablePointer<Self>, dPriorLogit: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_gradient(
            type, posteriorLogit, priorLogit, Double(epsilon), dDivergence, dLeft, dRight, dPosteriorLogit,
            dPriorLogit, count)
    }

    /// `out = min(max(probability * divergence, lower), upper)`; `active = 1` inside the bounds and on them, 0
    /// outside. A NaN stays a NaN and is active.
    public static func clampedProduct(
        probability: UnsafePointer<Self>, divergence: UnsafePointer<Self>, lower: Self, upper: Self,
        into out: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_clamped_product(
            type, probability, divergence, Double(lower), Double(upper), out, active, count)
    }
}
