// Forwards to C; documented where Real requires it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CKernels

extension Float {
    public static func sampleRoot(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root_float(mu, raw, noise, dimensions, stride, epsilon, z, divergence)
    }

    public static func sampleRootGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root_gradient_float(
            mu, raw, noise, dimensions, stride, epsilon, dz, dDivergence, dMu, dRaw)
    }

    public static func samplePosterior(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior_float(
            mu, raw, priorMu, priorRaw, noise, dimensions, stride, epsilon, z, divergence)
    }

    public static func samplePosteriorGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>,
        dPriorMu: UnsafeMutablePointer<Self>, dPriorRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior_gradient_float(
            mu, raw, priorMu, priorRaw, noise, dimensions, stride, epsilon, dz, dDivergence, dMu, dRaw,
            dPriorMu, dPriorRaw)
    }
}

extension Double {
    public static func sampleRoot(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root_double(mu, raw, noise, dimensions, stride, epsilon, z, divergence)
    }

    public static func sampleRootGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root_gradient_double(
            mu, raw, noise, dimensions, stride, epsilon, dz, dDivergence, dMu, dRaw)
    }

    public static func samplePosterior(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior_double(
            mu, raw, priorMu, priorRaw, noise, dimensions, stride, epsilon, z, divergence)
    }

    public static func samplePosteriorGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>,
        dPriorMu: UnsafeMutablePointer<Self>, dPriorRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior_gradient_double(
            mu, raw, priorMu, priorRaw, noise, dimensions, stride, epsilon, dz, dDivergence, dMu, dRaw,
            dPriorMu, dPriorRaw)
    }
}
