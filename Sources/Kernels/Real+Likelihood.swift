// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func bernoulliLoss(
        logits: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_bernoulli_loss_float(logits, target, features, stride, weight, loss, gradient)
    }
}

extension Double {
    public static func bernoulliLoss(
        logits: UnsafePointer<Self>, target: UnsafePointer<Self>, features: Int, stride: Int,
        weight: UnsafePointer<Self>?, loss: UnsafeMutablePointer<Self>, gradient: UnsafeMutablePointer<Self>?
    ) {
        kernels_bernoulli_loss_double(logits, target, features, stride, weight, loss, gradient)
    }
}
