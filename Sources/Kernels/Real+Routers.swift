// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func branchProbabilities(
        logit: UnsafePointer<Self>, left: UnsafeMutablePointer<Self>, right: UnsafeMutablePointer<Self>,
        count: Int
    ) {
        kernels_branch_probabilities_float(logit, left, right, count)
    }

    public static func decisionDivergence(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        divergence: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_divergence_float(posteriorLogit, priorLogit, epsilon, divergence, count)
    }

    public static func decisionGradient(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        dDivergence: UnsafePointer<Self>, dLeft: UnsafePointer<Self>, dRight: UnsafePointer<Self>,
        dPosteriorLogit: UnsafeMutablePointer<Self>, dPriorLogit: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_gradient_float(
            posteriorLogit, priorLogit, epsilon, dDivergence, dLeft, dRight, dPosteriorLogit, dPriorLogit,
            count)
    }

    public static func clampedProduct(
        probability: UnsafePointer<Self>, divergence: UnsafePointer<Self>, lower: Self, upper: Self,
        into out: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_clamped_product_float(probability, divergence, lower, upper, out, active, count)
    }
}

extension Double {
    public static func branchProbabilities(
        logit: UnsafePointer<Self>, left: UnsafeMutablePointer<Self>, right: UnsafeMutablePointer<Self>,
        count: Int
    ) {
        kernels_branch_probabilities_double(logit, left, right, count)
    }

    public static func decisionDivergence(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        divergence: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_divergence_double(posteriorLogit, priorLogit, epsilon, divergence, count)
    }

    public static func decisionGradient(
        posteriorLogit: UnsafePointer<Self>, priorLogit: UnsafePointer<Self>, epsilon: Self,
        dDivergence: UnsafePointer<Self>, dLeft: UnsafePointer<Self>, dRight: UnsafePointer<Self>,
        dPosteriorLogit: UnsafeMutablePointer<Self>, dPriorLogit: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_decision_gradient_double(
            posteriorLogit, priorLogit, epsilon, dDivergence, dLeft, dRight, dPosteriorLogit, dPriorLogit,
            count)
    }

    public static func clampedProduct(
        probability: UnsafePointer<Self>, divergence: UnsafePointer<Self>, lower: Self, upper: Self,
        into out: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>, count: Int
    ) {
        kernels_clamped_product_double(probability, divergence, lower, upper, out, active, count)
    }
}
