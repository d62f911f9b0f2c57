extension KernelCase {
    /// The loss of a leaf, the latents of a node, and an Adam step of the whole 10-leaf tree.
    static func elementCases(batch: Int) -> [KernelCase] {
        let features = 784
        let (logits, target) = (values(features * batch), values(features * batch))
        let gradient = values(features * batch)
        let (weight, loss) = (values(batch), values(batch))

        let dimensions = 8
        let heads = (0..<4).map { _ in values(dimensions * batch) }
        let (noise, z, divergence) = (
            values(dimensions * batch), values(dimensions * batch), values(batch)
        )
        let samples = (0..<batch).map { Int32($0 * 37) }

        let count = 750_000
        let (parameters, gradients) = (values(count), values(count))
        let (first, second) = (Storage<R>(count: count), Storage<R>(count: count))
        return [
            KernelCase(
                name: "bernoulli loss and gradient \(features)x\(batch)", unit: .gigaelements,
                work: Double(features * batch), result: { loss.doubles + gradient.doubles }
            ) {
                R.bernoulliLoss(
                    logits: logits.pointer, target: target.pointer, features: features, stride: batch,
                    weight: weight.pointer, loss: loss.pointer, gradient: gradient.pointer)
            },
            KernelCase(
                name: "noise \(dimensions)x\(batch)", unit: .gigaelements, work: Double(dimensions * batch),
                result: { noise.doubles }
            ) {
                R.normals(
                    key: 7, samples: samples, columns: batch, node: 3, epoch: 1, stream: 0,
                    dimensions: dimensions, stride: batch, into: noise.pointer)
            },
            KernelCase(
                name: "posterior sample \(dimensions)x\(batch)", unit: .gigaelements,
                work: Double(dimensions * batch), result: { z.doubles + divergence.doubles }
            ) {
                R.samplePosterior(
                    mu: heads[0].pointer, raw: heads[1].pointer, priorMu: heads[2].pointer,
                    priorRaw: heads[3].pointer, noise: noise.pointer, dimensions: dimensions, stride: batch,
                    epsilon: 1e-7, z: z.pointer, divergence: divergence.pointer)
            },
            KernelCase(
                name: "adam \(count)", unit: .gigabytes, work: Double(7 * count * MemoryLayout<R>.stride),
                result: { parameters.doubles + first.doubles + second.doubles }
            ) {
                R.adam(
                    parameters: parameters.pointer, gradients: gradients.pointer, firstMoment: first.pointer,
                    secondMoment: second.pointer, count: count, stepSize: 1e-3, deviationScale: 1,
                    beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-5)
            },
        ]
    }
}
