import Foundation
import Testing

@testable import Kernels

private let epsilon = 1e-7

private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// Sample and divergence of one dimension of the root, by the formulas of the model.
private func root(mu: Double, raw: Double, noise: Double) -> (z: Double, divergence: Double) {
    let (variance, prior) = (softplus(raw) + epsilon, 1 + epsilon)
    return (
        mu + variance.squareRoot() * noise,
        0.5 * (variance / prior + mu * mu / prior - 1 - log(variance / prior))
    )
}

/// The same of any other node.
private func posterior(mu: Double, raw: Double, priorMu: Double, priorRaw: Double, noise: Double) -> (
    z: Double, divergence: Double
) {
    let (a, b) = (softplus(raw) + epsilon, softplus(priorRaw) + epsilon)
    let variance = 1 / (1 / a + 1 / b)
    let mean = variance * (mu / a + priorMu / b)
    let s = variance + epsilon
    return (
        mean + s.squareRoot() * noise,
        0.5 * (s / b + (mean - priorMu) * (mean - priorMu) / b - 1 - log(s / b))
    )
}

@Suite struct GaussianTests {
    let dimensions = 3
    let stride = 48
    var count: Int { dimensions * stride }

    /// Sums the divergences of a column over its dimensions.
    private func perColumn(_ divergences: [Double]) -> [Double] {
        (0..<stride).map { column in (0..<dimensions).map { divergences[$0 * stride + column] }.reduce(0, +) }
    }

    @Test func rootSamples() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(14)
            let (mu, raw, noise) = (
                Storage<R>(values.list(count, in: -2...2)), Storage<R>(values.list(count, in: -20...20)),
                Storage<R>(values.list(count, in: -3...3))
            )
            let (z, divergence) = (Storage<R>(count: count), Storage<R>(count: stride))
            R.sampleRoot(
                mu: mu.pointer, raw: raw.pointer, noise: noise.pointer, dimensions: dimensions,
                stride: stride,
                epsilon: R(epsilon), z: z.pointer, divergence: divergence.pointer)
            let expected = (0..<count).map {
                root(mu: mu.doubles[$0], raw: raw.doubles[$0], noise: noise.doubles[$0])
            }
            expectClose(z.doubles, expected.map(\.z), R.tolerance, "z")
            expectClose(divergence.doubles, perColumn(expected.map(\.divergence)), R.tolerance, "divergence")
        }
    }

    @Test func posteriorSamples() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(15)
            let inputs = [-2.0...2, -20...20, -2...2, -10...20, -3...3].map {
                Storage<R>(values.list(count, in: $0))
            }
            let (z, divergence) = (Storage<R>(count: count), Storage<R>(count: stride))
            R.samplePosterior(
                mu: inputs[0].pointer, raw: inputs[1].pointer, priorMu: inputs[2].pointer,
                priorRaw: inputs[3].pointer, noise: inputs[4].pointer, dimensions: dimensions, stride: stride,
                epsilon: R(epsilon), z: z.pointer, divergence: divergence.pointer)
            let x = inputs.map(\.doubles)
            let expected = (0..<count).map {
                posterior(mu: x[0][$0], raw: x[1][$0], priorMu: x[2][$0], priorRaw: x[3][$0], noise: x[4][$0])
            }
            expectClose(z.doubles, expected.map(\.z), R.tolerance, "z")
            expectClose(divergence.doubles, perColumn(expected.map(\.divergence)), R.tolerance, "divergence")
        }
    }

    /// `Σ dz z + Σ dDivergence divergence`, whose gradients the backward kernels give.
    @Test func rootGradient() {
        var values = Values(16)
        let inputs = [-2.0...2, -4...4, -3...3].map { values.list(count, in: $0) }
        let (dz, dDivergence) = (values.list(count), values.list(stride))
        func loss(_ mu: [Double], _ raw: [Double]) -> Double {
            (0..<count).map {
                let (z, divergence) = root(mu: mu[$0], raw: raw[$0], noise: inputs[2][$0])
                return dz[$0] * z + dDivergence[$0 % stride] * divergence
            }.reduce(0, +)
        }
        func gradients<R: Real>(_: R.Type) -> [[Double]] {
            let x = (inputs + [dz, dDivergence]).map { Storage<R>($0) }
            let out = (0..<2).map { _ in Storage<R>(count: count) }
            R.sampleRootGradient(
                mu: x[0].pointer, raw: x[1].pointer, noise: x[2].pointer, dimensions: dimensions,
                stride: stride,
                epsilon: R(epsilon), dz: x[3].pointer, dDivergence: x[4].pointer, dMu: out[0].pointer,
                dRaw: out[1].pointer)
            return withExtendedLifetime(x) { out.map(\.doubles) }
        }
        let exact = gradients(Double.self)
        expectGradient(exact[0], of: { loss($0, inputs[1]) }, at: inputs[0], "dMu")
        expectGradient(exact[1], of: { loss(inputs[0], $0) }, at: inputs[1], "dRaw")
        for (single, double) in zip(gradients(Float.self), exact) {
            expectClose(single, double, Float.tolerance, scale: 4, "Float")
        }
    }

    @Test func posteriorGradient() {
        var values = Values(17)
        let inputs = [-2.0...2, -4...4, -2...2, -4...4, -3...3].map { values.list(count, in: $0) }
        let (dz, dDivergence) = (values.list(count), values.list(stride))
        func loss(_ x: [[Double]]) -> Double {
            (0..<count).map {
                let (z, divergence) = posterior(
                    mu: x[0][$0], raw: x[1][$0], priorMu: x[2][$0], priorRaw: x[3][$0], noise: inputs[4][$0])
                return dz[$0] * z + dDivergence[$0 % stride] * divergence
            }.reduce(0, +)
        }
        func gradients<R: Real>(_: R.Type) -> [[Double]] {
            let x = (inputs + [dz, dDivergence]).map { Storage<R>($0) }
            let out = (0..<4).map { _ in Storage<R>(count: count) }
            R.samplePosteriorGradient(
                mu: x[0].pointer, raw: x[1].pointer, priorMu: x[2].pointer, priorRaw: x[3].pointer,
                noise: x[4].pointer, dimensions: dimensions, stride: stride, epsilon: R(epsilon),
                dz: x[5].pointer, dDivergence: x[6].pointer, dMu: out[0].pointer, dRaw: out[1].pointer,
                dPriorMu: out[2].pointer, dPriorRaw: out[3].pointer)
            return withExtendedLifetime(x) { out.map(\.doubles) }
        }
        let exact = gradients(Double.self)
        for (index, name) in ["dMu", "dRaw", "dPriorMu", "dPriorRaw"].enumerated() {
            expectGradient(
                exact[index],
                of: {
                    var moved = inputs
                    moved[index] = $0
                    return loss(moved)
                }, at: inputs[index], name)
        }
        for (single, double) in zip(gradients(Float.self), exact) {
            expectClose(
                single, double, Float.tolerance * 4, scale: (double.map(abs).max() ?? 1) / 100, "Float")
        }
    }

    @Test(arguments: [-1000.0, -100, 0, 100, 1000], [-100.0, 0, 100]) func extremesAreFinite(
        raw: Double, priorRaw: Double
    ) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            func constant(_ value: Double) -> Storage<R> { Storage([Double](repeating: value, count: 16)) }
            let (mu, rawInput, prior, priorInput, noise) = (
                constant(1), constant(raw), constant(0.5), constant(priorRaw), constant(1)
            )
            let out = (0..<8).map { _ in Storage<R>(count: 16) }
            R.sampleRoot(
                mu: mu.pointer, raw: rawInput.pointer, noise: noise.pointer, dimensions: 1, stride: 16,
                epsilon: R(epsilon), z: out[0].pointer, divergence: out[1].pointer)
            R.samplePosterior(
                mu: mu.pointer, raw: rawInput.pointer, priorMu: prior.pointer, priorRaw: priorInput.pointer,
                noise: noise.pointer, dimensions: 1, stride: 16, epsilon: R(epsilon), z: out[2].pointer,
                divergence: out[3].pointer)
            R.samplePosteriorGradient(
                mu: mu.pointer, raw: rawInput.pointer, priorMu: prior.pointer, priorRaw: priorInput.pointer,
                noise: noise.pointer, dimensions: 1, stride: 16, epsilon: R(epsilon), dz: mu.pointer,
                dDivergence: mu.pointer, dMu: out[4].pointer, dRaw: out[5].pointer, dPriorMu: out[6].pointer,
                dPriorRaw: out[7].pointer)
            for storage in out { #expect(storage.doubles.allSatisfy { $0.isFinite }) }
            let expected = posterior(mu: 1, raw: raw, priorMu: 0.5, priorRaw: priorRaw, noise: 1)
            expectClose(out[3].doubles, [Double](repeating: expected.divergence, count: 16), R.tolerance)
        }
    }

    @Test func keepsNaN() {
        let x = Storage<Float>([Double](repeating: 0.5, count: 16))
        let bad = Storage<Float>([Double](repeating: 0.5, count: 16))
        bad.pointer[3] = .nan
        let (z, divergence) = (Storage<Float>(count: 16), Storage<Float>(count: 16))
        for index in 0..<4 {
            let inputs = (0..<4).map { $0 == index ? bad.pointer : x.pointer }
            Float.samplePosterior(
                mu: inputs[0], raw: inputs[1], priorMu: inputs[2], priorRaw: inputs[3], noise: x.pointer,
                dimensions: 1, stride: 16, epsilon: 1e-7, z: z.pointer, divergence: divergence.pointer)
            #expect(z.doubles.map(\.isNaN) == (0..<16).map { $0 == 3 })
            #expect(divergence.doubles.map(\.isNaN) == (0..<16).map { $0 == 3 })
        }
    }
}
