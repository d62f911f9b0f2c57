import CKernels

// Gaussian latents (paper eqs. 4, 9), `[dimensions, stride]`. The heads that the paper calls sigma are variances.
extension Real {
    /// Root posterior: `v = softplus(raw)`, `z = mu + sqrt(v + ε) * noise`, prior `N(0, 1 + ε)`.
    ///
    /// Arrays are `[dimensions, stride]`; `divergence[column]` is the Gaussian KL summed over dimensions.
    public static func sampleRoot(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root(type, mu, raw, noise, dimensions, stride, Double(epsilon), z, divergence)
    }

    /// Gradients of ``sampleRoot(mu:raw:noise:dimensions:stride:epsilon:z:divergence:)``, overwritten.
    public static func sampleRootGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_root_gradient(
            type, mu, raw, noise, dimensions, stride, Double(epsilon), dz, dDivergence, dMu, dRaw)
    }

    /// Precision-weighted posterior (paper eq. 9), with `v̂ = softplus(raw)` and `vₚ = softplus(priorRaw)`:
    /// `v = 1 / (1/(v̂+ε) + 1/(vₚ+ε))`, `m = v * (mu/(v̂+ε) + priorMu/(vₚ+ε))`, `z = m + sqrt(v+ε) * noise`,
    /// `divergence = ½ Σ [(v+ε)/(vₚ+ε) + (m-priorMu)²/(vₚ+ε) - 1 - ln((v+ε)/(vₚ+ε))]`.
    public static func samplePosterior(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        z: UnsafeMutablePointer<Self>, divergence: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior(
            type, mu, raw, priorMu, priorRaw, noise, dimensions, stride, Double(epsilon), z, divergence)
    }

    /// Gradients of ``samplePosterior(mu:raw:priorMu:priorRaw:noise:dimensions:stride:epsilon:z:divergence:)``,
    /// overwritten.
    public static func samplePosteriorGradient(
        mu: UnsafePointer<Self>, raw: UnsafePointer<Self>,
        priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>, noise: UnsafePointer<Self>,
        dimensions: Int, stride: Int, epsilon: Self,
        dz: UnsafePointer<Self>, dDivergence: UnsafePointer<Self>,
        dMu: UnsafeMutablePointer<Self>, dRaw: UnsafeMutablePointer<Self>,
        dPriorMu: UnsafeMutablePointer<Self>, dPriorRaw: UnsafeMutablePointer<Self>
    ) {
        kernels_sample_posterior_gradient(
            type, mu, raw, priorMu, priorRaw, noise, dimensions, stride, Double(epsilon), dz, dDivergence,
            dMu, dRaw, dPriorMu, dPriorRaw)
    }

    /// `ln p(z) - ln q(z)` of what ``sampleRoot(mu:raw:noise:dimensions:stride:epsilon:z:divergence:)`` drew, summed over
    /// dimensions: with its variance `s` and that of the prior `b`, `½ Σ [ln(s / b) + noise² - z² / b]`.
    public static func rootLogRatio(
        raw: UnsafePointer<Self>, noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int,
        stride: Int, epsilon: Self, into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_root_log_ratio(type, raw, noise, z, dimensions, stride, Double(epsilon), ratio)
    }

    /// The same of what ``samplePosterior(mu:raw:priorMu:priorRaw:noise:dimensions:stride:epsilon:z:divergence:)`` drew:
    /// `½ Σ [ln(s / b) + noise² - (z - priorMu)² / b]`.
    public static func logRatio(
        raw: UnsafePointer<Self>, priorMu: UnsafePointer<Self>, priorRaw: UnsafePointer<Self>,
        noise: UnsafePointer<Self>, z: UnsafePointer<Self>, dimensions: Int, stride: Int, epsilon: Self,
        into ratio: UnsafeMutablePointer<Self>
    ) {
        kernels_log_ratio(
            type, raw, priorMu, priorRaw, noise, z, dimensions, stride, Double(epsilon), ratio)
    }
}
