// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func adam(
        parameters: UnsafeMutablePointer<Self>, gradients: UnsafePointer<Self>,
        firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>, count: Int,
        stepSize: Self, deviationScale: Self, beta1: Self, beta2: Self, epsilon: Self, weightDecay: Self
    ) {
        kernels_adam_float(
            parameters, gradients, firstMoment, secondMoment, count, stepSize, deviationScale, beta1, beta2,
            epsilon, weightDecay)
    }
}

extension Double {
    public static func adam(
        parameters: UnsafeMutablePointer<Self>, gradients: UnsafePointer<Self>,
        firstMoment: UnsafeMutablePointer<Self>, secondMoment: UnsafeMutablePointer<Self>, count: Int,
        stepSize: Self, deviationScale: Self, beta1: Self, beta2: Self, epsilon: Self, weightDecay: Self
    ) {
        kernels_adam_double(
            parameters, gradients, firstMoment, secondMoment, count, stepSize, deviationScale, beta1, beta2,
            epsilon, weightDecay)
    }
}
