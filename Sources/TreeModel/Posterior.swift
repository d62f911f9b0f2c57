import Foundation
import Kernels
import Layers
import Networks
import Topology

/// The latent z of a node: its prior given the parent's z, its posterior, the sample, and the KL between the two.
///
/// Networks give means and raw variances, one below the other; the softplus of a raw variance and ε is the variance.
/// Per-sample values are `[stride]`, those of the samples that reach the node.
final class Posterior<R: Real> {
    /// What z has as its prior below the top: p(z | parent's z) (paper 2.1).
    struct Prior {
        let parentLatent: NodeInput<R>
        /// Parent's z to mean and raw variance.
        let transformation: Network<R>
    }

    /// The sample, `[latent size, stride]`.
    private let z: Activation<R>
    /// Nil for the root, whose prior is N(0, 1 + ε).
    let prior: Prior?
    /// d to the mean and raw variance that bottom-up inference finds (paper eqs. 7 and 8).
    let dense: Network<R>
    /// Standard normals behind z, `[latent size, stride]`.
    let noise: Storage<R>
    /// KL(q ‖ p).
    private let divergence: Activation<R>
    /// 1 where the weighted KL is within its bounds, 0 outside.
    private let active: Storage<R>
    private let id: UInt32
    private let pass: Pass<R>

    /// - Parameters:
    ///   - node: the node that z is of.
    ///   - z: where the sample goes.
    ///   - level: d of the node's depth.
    ///   - parentLatent: the parent's z; nil for the root.
    ///   - builder: that of the node's pass.
    init(
        of node: Tree.Node, z: Activation<R>, level: NodeInput<R>, parentLatent: NodeInput<R>?,
        builder: NetworkBuilder<R>
    ) {
        let name = nodeName(node.id)
        self.z = z
        id = UInt32(node.id)
        pass = builder.pass
        prior = parentLatent.map {
            Prior(
                parentLatent: $0,
                transformation: builder.transformation(
                    "\(name)/transformation", parent: $0.local, parentDepth: node.depth - 1,
                    inputGradient: $0.firstGradient))
        }
        dense = Network(input: level.local, pass: pass)
        dense.append(
            builder.gaussianHead(
                "\(name)/dense", size: z.rows, input: level.local, inputGradient: level.firstGradient))
        noise = Storage(count: z.rows * pass.capacity)
        divergence = Activation(rows: 1, pass: pass, hasGradient: builder.training)
        active = Storage(count: pass.capacity)
    }

    /// Draws the standard normals behind z.
    ///
    /// - Parameter samples: the identity of each column's sample, `[columns]`.
    func drawNoise(_ key: NoiseKey, samples: UnsafePointer<Int32>) {
        R.normals(
            key: key.seed, samples: samples, columns: pass.batch.columns, node: id, epoch: key.epoch,
            stream: key.stream.rawValue, dimensions: z.rows, stride: pass.batch.stride, into: noise.pointer)
    }

    // MARK: z and its KL

    /// Combines what inference found with the prior (paper eq. 9), samples z (eq. 4), and takes the KL. Follows
    /// ``dense`` and the transformation.
    func sample() {
        let stride = pass.batch.stride
        let (mu, raw) = moments(dense.output.value)
        guard let (priorMu, priorRaw) = prior.map({ moments($0.transformation.output.value) }) else {
            return R.sampleRoot(
                mu: mu, raw: raw, noise: noise.pointer, dimensions: z.rows, stride: stride,
                epsilon: .epsilon, z: z.value, divergence: divergence.value)
        }
        R.samplePosterior(
            mu: mu, raw: raw, priorMu: priorMu, priorRaw: priorRaw, noise: noise.pointer,
            dimensions: z.rows, stride: stride, epsilon: .epsilon, z: z.value, divergence: divergence.value)
    }

    /// Backward of ``sample()``: from the gradients of z and of the KL to those of ``dense`` and the transformation.
    func sampleGradient() {
        let stride = pass.batch.stride
        let (mu, raw) = moments(dense.output.value)
        let (dMu, dRaw) = moments(dense.output.gradient)
        guard let output = prior?.transformation.output else {
            return R.sampleRootGradient(
                mu: mu, raw: raw, noise: noise.pointer, dimensions: z.rows, stride: stride,
                epsilon: .epsilon, dz: z.gradient, dDivergence: divergence.gradient, dMu: dMu, dRaw: dRaw)
        }
        let (priorMu, priorRaw) = moments(output.value)
        let (dPriorMu, dPriorRaw) = moments(output.gradient)
        R.samplePosteriorGradient(
            mu: mu, raw: raw, priorMu: priorMu, priorRaw: priorRaw, noise: noise.pointer,
            dimensions: z.rows, stride: stride, epsilon: .epsilon, dz: z.gradient,
            dDivergence: divergence.gradient, dMu: dMu, dRaw: dRaw, dPriorMu: dPriorMu, dPriorRaw: dPriorRaw)
    }

    /// The rows of means and of raw variances.
    private func moments(_ rows: UnsafeMutablePointer<R>) -> (
        mu: UnsafeMutablePointer<R>, raw: UnsafeMutablePointer<R>
    ) {
        (rows, rows + z.rows * pass.batch.stride)
    }

    // MARK: Its part of the objective

    /// `P(i; c) · KL(q ‖ p)` of each sample (paper 2.4), held within bounds; in the pass's scratch.
    ///
    /// - Parameter reach: P(i; c), the probability of reaching the node.
    func weightedDivergence(reach: Activation<R>, bounds: ClosedRange<R>) -> UnsafePointer<R> {
        let stride = pass.batch.stride
        let weighted = pass.scratch(stride)
        R.clampedProduct(
            probability: reach.value, divergence: divergence.value, lower: bounds.lowerBound,
            upper: bounds.upperBound, into: weighted, active: active.pointer, count: stride)
        return UnsafePointer(weighted)
    }

    /// Backward of ``weightedDivergence(reach:bounds:)``: the gradient of the KL, and an addition to that of the
    /// reach probability.
    ///
    /// - Parameter weights: what each sample counts.
    func weightedDivergenceGradient(reach: Activation<R>, weights: UnsafePointer<R>) {
        let stride = pass.batch.stride
        let counted = pass.scratch(stride)
        R.multiply(weights, active.pointer, into: counted, count: stride)
        R.multiply(counted, reach.value, into: divergence.gradient, count: stride)
        R.multiplyAdd(counted, divergence.value, into: reach.gradient, count: stride)
    }

    // MARK: Generation and importance weights

    /// Draws z from its prior: `z = mu + T sqrt(v + ε) noise` with `v = softplus(raw)`; for the root
    /// `z = T sqrt(1 + ε) noise`. Follows the transformation.
    ///
    /// - Parameter temperature: T, what the standard deviation is multiplied by.
    func drawFromPrior(temperature: R) {
        let count = z.rows * pass.batch.stride
        guard let (mu, raw) = prior.map({ moments($0.transformation.output.value) }) else {
            let deviation = temperature * (1 + R.epsilon).squareRoot()
            for index in 0..<count { z.value[index] = deviation * noise.pointer[index] }
            return
        }
        for index in 0..<count {
            let raw = Double(raw[index])
            let variance = max(raw, 0) + log1p(exp(-abs(raw)))
            z.value[index] =
                mu[index] + temperature * (R(variance) + R.epsilon).squareRoot() * noise.pointer[index]
        }
    }

    /// `ln p(z | parent's z) - ln q(z | x, parent's z)` of the sample drawn last.
    func logRatio(into ratio: UnsafeMutablePointer<R>) {
        let stride = pass.batch.stride
        let raw = moments(dense.output.value).raw
        guard let (priorMu, priorRaw) = prior.map({ moments($0.transformation.output.value) }) else {
            return R.rootLogRatio(
                raw: raw, noise: noise.pointer, z: z.value, dimensions: z.rows, stride: stride,
                epsilon: .epsilon, into: ratio)
        }
        R.logRatio(
            raw: raw, priorMu: priorMu, priorRaw: priorRaw, noise: noise.pointer, z: z.value,
            dimensions: z.rows, stride: stride, epsilon: .epsilon, into: ratio)
    }
}
