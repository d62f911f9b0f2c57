import Foundation
import Testing

@testable import Kernels

private func crossEntropy(_ logit: Double, _ target: Double) -> Double {
    abs(logit) * (logit > 0 ? 1 - target : target) + log1p(exp(-abs(logit)))
}

@Suite struct LikelihoodTests {
    @Test(arguments: [(1, 16), (13, 48), (784, 16), (9, 272)]) func losses(features: Int, stride: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(20)
            let logits = Storage<R>(values.list(features * stride, in: -110...110))
            let target = Storage<R>(values.list(features * stride, in: 0...1))
            let weight = Storage<R>(values.list(stride, in: 0...1))
            weight.pointer[stride - 1] = 0
            let (loss, gradient) = (Storage<R>(count: stride), Storage<R>(count: features * stride))
            R.bernoulliLoss(
                logits: logits.pointer, target: target.pointer, features: features, stride: stride,
                weight: weight.pointer, loss: loss.pointer, gradient: gradient.pointer)
            let (l, x, w) = (logits.doubles, target.doubles, weight.doubles)
            let expected = (0..<stride).map { column in
                (0..<features).map { crossEntropy(l[$0 * stride + column], x[$0 * stride + column]) }.reduce(
                    0, +)
            }
            expectClose(loss.doubles, expected, max(R.tolerance / 4, 1e-14), scale: 0, "loss")
            expectClose(
                gradient.doubles, l.indices.map { w[$0 % stride] * (1 / (1 + exp(-l[$0])) - x[$0]) },
                R.tolerance,
                "gradient")
            #expect((0..<features).allSatisfy { gradient.pointer[$0 * stride + stride - 1] == 0 })

            let alone = Storage<R>(count: stride)
            R.bernoulliLoss(
                logits: logits.pointer, target: target.pointer, features: features, stride: stride,
                weight: nil,
                loss: alone.pointer, gradient: nil)
            #expect(alone.doubles == loss.doubles)
        }
    }

    /// Losses of many confident pixels are tiny; each must keep its digits.
    @Test func confidentPixels() {
        let logits = Storage<Float>([Double](repeating: -20, count: 784 * 16))
        let target = Storage<Float>(count: 784 * 16)
        let loss = Storage<Float>(count: 16)
        Float.bernoulliLoss(
            logits: logits.pointer, target: target.pointer, features: 784, stride: 16, weight: nil,
            loss: loss.pointer, gradient: nil)
        expectClose(loss.doubles, [Double](repeating: 784 * log1p(exp(-20)), count: 16), 1e-6, scale: 0)
    }

    @Test func gradientByDifferences() {
        let (features, stride) = (3, 16)
        var values = Values(21)
        let logits = values.list(features * stride, in: -5...5)
        let target = values.list(features * stride, in: 0...1)
        let weight = values.list(stride)
        func losses(_ logits: [Double], gradient: Storage<Double>?) -> Double {
            let (l, x, w) = (Storage<Double>(logits), Storage<Double>(target), Storage<Double>(weight))
            let loss = Storage<Double>(count: stride)
            Double.bernoulliLoss(
                logits: l.pointer, target: x.pointer, features: features, stride: stride, weight: w.pointer,
                loss: loss.pointer, gradient: gradient?.pointer)
            return zip(loss.doubles, weight).map(*).reduce(0, +)
        }
        let gradient = Storage<Double>(count: logits.count)
        _ = losses(logits, gradient: gradient)
        expectGradient(gradient.doubles, of: { losses($0, gradient: nil) }, at: logits, "logits")
    }

    @Test func extremesAndNaN() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let logits = Storage<R>([1000, 1000, -1000, -1000, .nan, 0] + [Double](repeating: 0, count: 10))
            let target = Storage<R>([0, 1, 0, 1, 0, .nan] + [Double](repeating: 0, count: 10))
            let weight = Storage<R>([Double](repeating: 1, count: 16))
            let (loss, gradient) = (Storage<R>(count: 16), Storage<R>(count: 16))
            R.bernoulliLoss(
                logits: logits.pointer, target: target.pointer, features: 1, stride: 16,
                weight: weight.pointer,
                loss: loss.pointer, gradient: gradient.pointer)
            #expect(Array(loss.doubles.prefix(4)) == [1000, 0, 0, 1000])
            #expect(Array(gradient.doubles.prefix(4)) == [1, 0, 0, -1])
            #expect(loss.pointer[4].isNaN && loss.pointer[5].isNaN)
            #expect(gradient.pointer[4].isNaN && gradient.pointer[5].isNaN)
        }
    }
}
