import Foundation
import Testing

@testable import Kernels

private let epsilon = 1e-7

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

private func divergence(_ posteriorLogit: Double, _ priorLogit: Double) -> Double {
    let (q, qRight) = (sigmoid(posteriorLogit), sigmoid(-posteriorLogit))
    let (p, pRight) = (sigmoid(priorLogit), sigmoid(-priorLogit))
    return q * log(epsilon + q / (p + epsilon)) + qRight * log(epsilon + qRight / (pRight + epsilon))
}

@Suite struct RouterTests {
    /// Relative precision of both branches over the whole range in which single precision is normal.
    @Test func branches() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let logit = Storage<R>((0..<1737).map { -86.8 + Double($0) * 0.1 })
            let (left, right) = (Storage<R>(count: logit.count), Storage<R>(count: logit.count))
            R.branchProbabilities(
                logit: logit.pointer, left: left.pointer, right: right.pointer, count: logit.count)
            expectClose(left.doubles, logit.doubles.map { sigmoid($0) }, R.tolerance, scale: 0, "left")
            expectClose(right.doubles, logit.doubles.map { sigmoid(-$0) }, R.tolerance, scale: 0, "right")
        }
    }

    @Test func branchExtremes() {
        let logit = Storage<Float>([-1000, -.infinity, 0, 1000, .infinity, .nan])
        let (left, right) = (Storage<Float>(count: 6), Storage<Float>(count: 6))
        Float.branchProbabilities(logit: logit.pointer, left: left.pointer, right: right.pointer, count: 6)
        #expect(Array(left.doubles.prefix(5)) == [0, 0, 0.5, 1, 1])
        #expect(Array(right.doubles.prefix(5)) == [1, 1, 0.5, 0, 0])
        #expect(left.pointer[5].isNaN && right.pointer[5].isNaN)
    }

    @Test(arguments: [1, 16, 37]) func divergences(count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(18)
            let (q, p) = (
                Storage<R>(values.list(count, in: -30...30)), Storage<R>(values.list(count, in: -30...30))
            )
            let out = Storage<R>(count: count)
            R.decisionDivergence(
                posteriorLogit: q.pointer, priorLogit: p.pointer, epsilon: R(epsilon),
                divergence: out.pointer,
                count: count)
            expectClose(out.doubles, zip(q.doubles, p.doubles).map(divergence), R.tolerance)
        }
    }

    @Test func gradient() {
        let count = 40
        var values = Values(19)
        let inputs = [values.list(count, in: -6...6), values.list(count, in: -6...6)]
        let weights = (0..<3).map { _ in values.list(count) }
        func loss(_ q: [Double], _ p: [Double]) -> Double {
            (0..<count).map {
                weights[0][$0] * divergence(q[$0], p[$0]) + weights[1][$0] * sigmoid(q[$0])
                    + weights[2][$0] * sigmoid(-q[$0])
            }.reduce(0, +)
        }
        func gradients<R: Real>(_: R.Type) -> [[Double]] {
            let x = (inputs + weights).map { Storage<R>($0) }
            let out = (0..<2).map { _ in Storage<R>(count: count) }
            R.decisionGradient(
                posteriorLogit: x[0].pointer, priorLogit: x[1].pointer, epsilon: R(epsilon),
                dDivergence: x[2].pointer, dLeft: x[3].pointer, dRight: x[4].pointer,
                dPosteriorLogit: out[0].pointer, dPriorLogit: out[1].pointer, count: count)
            return withExtendedLifetime(x) { out.map(\.doubles) }
        }
        let exact = gradients(Double.self)
        expectGradient(exact[0], of: { loss($0, inputs[1]) }, at: inputs[0], "dPosteriorLogit")
        expectGradient(exact[1], of: { loss(inputs[0], $0) }, at: inputs[1], "dPriorLogit")
        for (single, double) in zip(gradients(Float.self), exact) {
            expectClose(single, double, Float.tolerance, "Float")
        }
    }

    @Test(arguments: [-1000.0, 1000], [-1000.0, 0, 1000]) func extremesAreFinite(
        posterior: Double, prior: Double
    ) {
        let (q, p, one) = (Storage<Float>([posterior]), Storage<Float>([prior]), Storage<Float>([1]))
        let out = (0..<3).map { _ in Storage<Float>(count: 1) }
        Float.decisionDivergence(
            posteriorLogit: q.pointer, priorLogit: p.pointer, epsilon: 1e-7, divergence: out[0].pointer,
            count: 1)
        Float.decisionGradient(
            posteriorLogit: q.pointer, priorLogit: p.pointer, epsilon: 1e-7, dDivergence: one.pointer,
            dLeft: one.pointer, dRight: one.pointer, dPosteriorLogit: out[1].pointer,
            dPriorLogit: out[2].pointer,
            count: 1)
        expectClose(out[0].doubles, [divergence(posterior, prior)], Float.tolerance)
        #expect(out[1].doubles == [0] && out[2].doubles[0].isFinite)
    }

    @Test func clamps() {
        let probability = Storage<Float>([1, 0.5, 1, 1, 1, .nan])
        let divergence = Storage<Float>([-3, 4, 2000, -1, 1000, 1])
        let (out, active) = (Storage<Float>(count: 6), Storage<Float>(count: 6))
        Float.clampedProduct(
            probability: probability.pointer, divergence: divergence.pointer, lower: -1, upper: 1000,
            into: out.pointer, active: active.pointer, count: 6)
        #expect(Array(out.doubles.prefix(5)) == [-1, 2, 1000, -1, 1000])
        #expect(active.doubles == [0, 1, 0, 1, 1, 1])
        #expect(out.pointer[5].isNaN)
    }
}
