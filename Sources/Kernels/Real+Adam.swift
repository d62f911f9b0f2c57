import CKernels

extension Real {
    /// One Adam step over a flat range, with coupled L2 decay:
    /// `g' = g + weightDecay * p`; `m = β₁ m + (1-β₁) g'`; `v = β₂ v + (1-β₂) g'²`;
    /// `p -= stepSize * m / (sqrt(v) * deviationScale + ε)`.
    public static func adam(
        parameters: UnsafeMutablePointer<Self>, gradients: UnsafePointer<Self>,
        firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>, count: Int,
        stepSize: Self, deviationScale: Self, beta1: Self, beta2: Self, epsilon: Self, weightDecay: Self
    ) {
        kernels_adam(
            type, parameters, gradients, firstMoment, secondMoment, count, Double(stepSize),
            Double(deviationScale), Double(beta1), Double(beta2), Double(epsilon), Double(weightDecay))
    }
}
