import Foundation
import Testing

@testable import Kernels

/// Log-densities against figures of scipy 1.16 (`log_expit`, `norm.logpdf`, `nbinom.logpmf`), at extremes too. Where
/// `nbinom` itself loses digits, at probabilities near 1, the figures are of the same formula with 50 digits (mpmath).
@Suite struct RecordedLikelihoodTests {
    private static let stride = 16

    /// A row of the same value for every sample.
    private func row<R: Real>(_ values: Double..., of _: R.Type) -> Storage<R> {
        Storage<R>(values.flatMap { Array(repeating: $0, count: Self.stride) })
    }

    private func expect<R: Real>(
        _ loss: Storage<R>, _ expected: Double, _ what: String, location: SourceLocation = #_sourceLocation
    ) {
        let tolerance = R.self == Double.self ? 1e-6 : 1e-5
        for value in loss.doubles {
            #expect(
                abs(value - expected) <= tolerance * max(1, abs(expected)),
                "\(what): \(value), not \(expected)",
                sourceLocation: location)
        }
    }

    // MARK: Bernoulli: logit, value, loss

    static let bernoulli: [(Double, Double, Double)] = [
        (-700, 0, 9.85967654375977e-305),
        (-700, 0.25, 175.0),
        (-700, 1, 700.0),
        (-40, 0, 4.248354255291589e-18),
        (-40, 0.25, 10.0),
        (-40, 1, 40.0),
        (-3, 0, 0.04858735157374206),
        (-3, 0.25, 0.798587351573742),
        (-3, 1, 3.048587351573742),
        (0, 0, 0.6931471805599453),
        (0, 0.25, 0.6931471805599453),
        (0, 1, 0.6931471805599453),
        (2.5, 0, 2.5788897342925496),
        (2.5, 0.25, 1.9538897342925496),
        (2.5, 1, 0.07888973429254963),
        (40, 0, 40.0),
        (40, 0.25, 30.0),
        (40, 1, 4.248354255291589e-18),
        (700, 0, 700.0),
        (700, 0.25, 525.0),
        (700, 1, 9.85967654375977e-305),
    ]

    @Test func bernoulliIsThatOfScipy() {
        check(Double.self)
        check(Float.self)
        func check<R: Real>(_ type: R.Type) {
            for (logit, x, expected) in Self.bernoulli {
                let (l, target, loss) = (
                    row(logit, of: type), row(x, of: type), Storage<R>(count: Self.stride)
                )
                R.bernoulliLoss(
                    logits: l.pointer, target: target.pointer, features: 1, stride: Self.stride, weight: nil,
                    loss: loss.pointer, gradient: nil)
                expect(loss, expected, "logit \(logit), value \(x)")
            }
        }
    }

    // MARK: Gaussian: mean, value, variance, loss

    static let gaussian: [(Double, Double, Double, Double)] = [
        (-3.0, 0.0, 1e-08, 449999991.70859814),
        (-3.0, 0.0, 0.5, 9.572364942924699),
        (-3.0, 0.0, 40.0, 2.875878260261641),
        (-3.0, 1.0, 1e-08, 799999991.7085981),
        (-3.0, 1.0, 0.5, 16.572364942924697),
        (-3.0, 1.0, 40.0, 2.9633782602616408),
        (0.25, 0.0, 1e-08, 3124991.7085981616),
        (0.25, 0.0, 0.5, 0.6348649429247001),
        (0.25, 0.0, 40.0, 2.7641595102616408),
        (0.25, 1.0, 1e-08, 28124991.70859816),
        (0.25, 1.0, 0.5, 1.1348649429247),
        (0.25, 1.0, 40.0, 2.770409510261641),
        (1000.0, 0.0, 1e-08, 49999999999991.71),
        (1000.0, 0.0, 0.5, 1000000.5723649426),
        (1000.0, 0.0, 40.0, 12502.76337826026),
        (1000.0, 1.0, 1e-08, 49900049999991.71),
        (1000.0, 1.0, 0.5, 998001.5723649426),
        (1000.0, 1.0, 40.0, 12477.775878260261),
    ]

    @Test func gaussianIsThatOfScipy() {
        check(Double.self)
        check(Float.self)
        func check<R: Real>(_ type: R.Type) {
            for (mean, x, variance, expected) in Self.gaussian {
                let (m, target, loss) = (
                    row(mean, of: type), row(x, of: type), Storage<R>(count: Self.stride)
                )
                R.gaussianLoss(
                    means: m.pointer, target: target.pointer, features: 1, stride: Self.stride,
                    variance: R(variance), weight: nil, loss: loss.pointer, gradient: nil)
                expect(loss, expected, "mean \(mean), value \(x), variance \(variance)")
            }
        }
    }

    // MARK: Gaussian of learned variance: mean, value, raw variance, least variance, loss

    static let learnedGaussian: [(Double, Double, Double, Double, Double)] = [
        (0.25, 0.0, -800.0, 1e-08, 3124991.7085981616),
        (0.25, 0.0, -800.0, 0.01, 1.7413534402106268),
        (0.25, 0.0, -30.0, 1e-08, 3124962.466304701),
        (0.25, 0.0, -30.0, 0.01, 1.7413534401860638),
        (0.25, 0.0, 0.0, 1e-08, 0.780766299504668),
        (0.25, 0.0, 0.0, 0.01, 0.7872870514620623),
        (0.25, 0.0, 3.0, 1e-08, 1.4865283441300816),
        (0.25, 0.0, 3.0, 0.01, 1.4881322480231538),
        (0.25, 0.0, 900.0, 1e-08, 4.320170637094606),
        (0.25, 0.0, 900.0, 0.01, 4.320176192227944),
        (0.25, 1.0, -800.0, 1e-08, 28124991.70859816),
        (0.25, 1.0, -800.0, 0.01, 26.741353440210627),
        (0.25, 1.0, 0.0, 1e-08, 1.1414400545234864),
        (0.25, 1.0, 0.0, 0.01, 1.1428313911277843),
        (0.25, 1.0, 900.0, 1e-08, 4.32044841487238),
        (0.25, 1.0, 900.0, 0.01, 4.320453966919336),
        (-2.0, 0.0, -800.0, 1e-08, 199999991.70859817),
        (-2.0, 0.0, -800.0, 0.01, 198.61635344021064),
        (-2.0, 0.0, -30.0, 1e-08, 199998120.20152193),
        (-2.0, 0.0, -30.0, 0.01, 198.61635343834382),
    ]

    @Test func learnedGaussianIsThatOfScipy() {
        check(Double.self)
        check(Float.self)
        func check<R: Real>(_ type: R.Type) {
            for (mean, x, raw, minimum, expected) in Self.learnedGaussian {
                let (m, r) = (row(mean, of: type), row(raw, of: type))
                let (target, loss) = (row(x, of: type), Storage<R>(count: Self.stride))
                R.learnedGaussianLoss(
                    means: m.pointer, raw: r.pointer, target: target.pointer, features: 1,
                    stride: Self.stride, minimumVariance: R(minimum), weight: nil, loss: loss.pointer,
                    meanGradient: nil, rawGradient: nil)
                expect(loss, expected, "mean \(mean), value \(x), raw \(raw), least variance \(minimum)")
            }
        }
    }

    // MARK: Negative binomial of two counts: counts, difference of the logits, ln θ of the first (2 of the second), loss

    static let negativeBinomial: [(Double, Double, Double, Double, Double)] = [
        (0, 0, -30.0, -14.0, 0.0),
        (0, 0, -30.0, 0.0, 0.0),
        (0, 0, -30.0, 14.0, 0.0),
        (0, 0, -2.0, -14.0, 0.0),
        (0, 0, -2.0, 0.0, 0.0),
        (0, 0, -2.0, 14.0, 0.0),
        (0, 0, 6.0, -14.0, 0.0),
        (0, 0, 6.0, 0.0, 0.0),
        (0, 0, 6.0, 14.0, 0.0),
        (3, 0, -30.0, -14.0, 61.63535665193629),
        (3, 0, -30.0, 0.0, 88.53674459774527),
        (3, 0, -30.0, 14.0, 90.32850157238806),
        (3, 0, -2.0, -14.0, 16.782793613579937),
        (3, 0, -2.0, 0.0, 5.9920115450614295),
        (3, 0, -2.0, 14.0, 6.918478556892266),
        (3, 0, 6.0, -14.0, 15.106028575029175),
        (3, 0, 6.0, 0.0, 2.2567470249973596),
        (3, 0, 6.0, 14.0, 1.503337183628422),
        (7, 50, -30.0, -14.0, 104.20585783589097),
        (7, 50, -30.0, 0.0, 186.25990482272715),
        (7, 50, -30.0, 14.0, 194.78504872168358),
        (7, 50, -2.0, -14.0, 20.491341449243297),
        (7, 50, -2.0, 0.0, 7.559971612354482),
        (7, 50, -2.0, 14.0, 6.4522872576304),
        (7, 50, 6.0, -14.0, 148.183751642788),
        (7, 50, 6.0, 0.0, 136.41787984128823),
        (7, 50, 6.0, 14.0, 169.33699057513923),
        (1000, 3, -30.0, -14.0, 9121.328700520613),
        (1000, 3, -30.0, 0.0, 23100.30808514845),
        (1000, 3, -30.0, 14.0, 29012.02102996697),
        (1000, 3, -2.0, -14.0, 31.714135062276885),
        (1000, 3, -2.0, 0.0, 23.927695468248817),
        (1000, 3, -2.0, 14.0, 1258.3505324462162),
        (1000, 3, 6.0, -14.0, 22.908514261633712),
        (1000, 3, 6.0, 0.0, 9.909002236624533),
        (1000, 3, 6.0, 14.0, 6.374197106470631),
        (0, 100000, -30.0, -14.0, 12.126641113072367),
        (0, 100000, -30.0, 0.0, 12.126641113124629),
        (0, 100000, -30.0, 14.0, 12.126641113124629),
        (0, 100000, -2.0, -14.0, 12.143474727978003),
        (0, 100000, -2.0, 0.0, 21.529536622819123),
        (0, 100000, -2.0, 14.0, 11873.74580653213),
        (0, 100000, 6.0, -14.0, 803.7416705578008),
        (0, 100000, 6.0, 0.0, 815.252109149699),
        (0, 100000, 6.0, 14.0, 96634.79674189401),
        (1000000, 20, -30.0, -14.0, 2291163.833344661),
        (1000000, 20, -30.0, 0.0, 16184492.736102322),
        (1000000, 20, -30.0, 14.0, 28667103.180361647),
        (1000000, 20, -2.0, -14.0, 50.76196517470836),
        (1000000, 20, -2.0, 0.0, 43.02390231850779),
        (1000000, 20, -2.0, 14.0, 1002204.0406883688),
        (1000000, 20, 6.0, -14.0, 39.02860281576988),
        (1000000, 20, 6.0, 0.0, 26.02859434046869),
        (1000000, 20, 6.0, 14.0, 20.98849775742125),
        (1000000000, 100000000, -30.0, -14.0, 8045884.372309308),
        (1000000000, 100000000, -30.0, 0.0, 9181526933.816788),
        (1000000000, 100000000, -30.0, 14.0, 23172135264.567772),
        (1000000000, 100000000, -2.0, -14.0, 56.506027147822685),
        (1000000000, 100000000, -2.0, 0.0, 48.1008081168554),
        (1000000000, 100000000, -2.0, 14.0, 5494212.0517702345),
        (1000000000, 100000000, 6.0, -14.0, 118.08098572481921),
        (1000000000, 100000000, 6.0, 0.0, 105.08515254370774),
        (1000000000, 100000000, 6.0, 14.0, 5117.783884119252),
    ]

    @Test func negativeBinomialIsThatOfScipy() {
        check(Double.self)
        check(Float.self)
        func check<R: Real>(_ type: R.Type) {
            for (first, second, logit, logDispersion, expected) in Self.negativeBinomial {
                let logits = row(logit, 0, of: type)
                let (target, loss) = (row(first, second, of: type), Storage<R>(count: Self.stride))
                let dispersion = Storage<R>([logDispersion, log(2)])
                R.negativeBinomialLoss(
                    logits: logits.pointer, logDispersion: dispersion.pointer, target: target.pointer,
                    features: 2, sliceColumns: 16, stride: Self.stride, weight: nil, loss: loss.pointer,
                    gradient: nil, scratch: nil, dispersionGradient: nil)
                expect(loss, expected, "counts \(first) and \(second), logit \(logit), ln θ \(logDispersion)")
            }
        }
    }

    @Test func gradientsOfCountsByDifferences() {
        let (features, stride) = (4, Self.stride)
        var values = Values(22)
        let logits = values.list(features * stride, in: -4...4)
        let dispersions = values.list(features, in: -2...3)
        let target = values.list(features * stride, in: 0...60).map { $0 < 20 ? 0 : $0.rounded() }
        let weight = values.list(stride, in: 0...1)
        func loss(
            _ logits: [Double], _ dispersions: [Double], _ gradient: Storage<Double>?,
            _ moved: Storage<Double>?
        )
            -> Double
        {
            let (l, d, x) = (Storage<Double>(logits), Storage<Double>(dispersions), Storage<Double>(target))
            let (w, loss) = (Storage<Double>(weight), Storage<Double>(count: stride))
            let scratch = Storage<Double>(count: 4 * features)
            Double.negativeBinomialLoss(
                logits: l.pointer, logDispersion: d.pointer, target: x.pointer, features: features,
                sliceColumns: 16, stride: stride, weight: w.pointer, loss: loss.pointer,
                gradient: gradient?.pointer, scratch: scratch.pointer,
                dispersionGradient: moved?.pointer)
            return zip(loss.doubles, weight).map(*).reduce(0, +)
        }
        let (gradient, moved) = (Storage<Double>(count: logits.count), Storage<Double>(count: features))
        _ = loss(logits, dispersions, gradient, moved)
        expectGradient(gradient.doubles, of: { loss($0, dispersions, nil, nil) }, at: logits, "logits")
        expectGradient(moved.doubles, of: { loss(logits, $0, nil, nil) }, at: dispersions, "dispersions")
    }

    /// A zero-inflated count by the formula, and its gradients by differences.
    @Test func inflatedCountsAreThoseOfTheFormula() {
        let (features, stride) = (4, Self.stride)
        var values = Values(24)
        let logits = values.list(features * stride, in: -4...4)
        let zeros = values.list(features * stride, in: -6...6)
        let dispersions = values.list(features, in: -2...3)
        let target = values.list(features * stride, in: 0...60).map { $0 < 30 ? 0 : $0.rounded() }
        let weight = values.list(stride, in: 0...1)
        let losses = Storage<Double>(count: stride)
        func loss(
            _ logits: [Double], _ zeros: [Double], _ dispersions: [Double],
            gradients: (Storage<Double>, Storage<Double>, Storage<Double>)? = nil
        ) -> Double {
            let (l, z) = (Storage<Double>(logits), Storage<Double>(zeros))
            let (d, x) = (Storage<Double>(dispersions), Storage<Double>(target))
            let (w, scratch) = (Storage<Double>(weight), Storage<Double>(count: 4 * features))
            Double.inflatedNegativeBinomialLoss(
                logits: l.pointer, zeroLogits: z.pointer, logDispersion: d.pointer, target: x.pointer,
                features: features, sliceColumns: 16, stride: stride, weight: w.pointer,
                loss: losses.pointer, gradient: gradients?.0.pointer, zeroGradient: gradients?.1.pointer,
                scratch: scratch.pointer, dispersionGradient: gradients?.2.pointer)
            return zip(losses.doubles, weight).map(*).reduce(0, +)
        }
        let (gradient, zeroGradient) = (
            Storage<Double>(count: logits.count), Storage<Double>(count: logits.count)
        )
        let moved = Storage<Double>(count: features)
        _ = loss(logits, zeros, dispersions, gradients: (gradient, zeroGradient, moved))
        for column in 0..<stride {
            func values(of list: [Double]) -> [Double] { (0..<features).map { list[$0 * stride + column] } }
            let (l, z, x) = (values(of: logits), values(of: zeros), values(of: target))
            let (library, total) = (x.reduce(0, +), l.reduce(0) { $0 + exp($1) })
            let expected = (0..<features).reduce(0.0) { sum, g in
                let (theta, mean) = (exp(dispersions[g]), library * exp(l[g]) / total)
                let probability = exp(
                    lgamma(x[g] + theta) - lgamma(theta) - lgamma(x[g] + 1)
                        + theta * log(theta / (theta + mean)) + x[g] * log(mean / (theta + mean)))
                let zero = 1 / (1 + exp(-z[g]))
                return sum - log((x[g] == 0 ? zero : 0) + (1 - zero) * probability)
            }
            guard library > 0 else { continue }
            #expect(abs(losses.doubles[column] - expected) < 1e-9 * max(1, abs(expected)))
        }
        expectGradient(gradient.doubles, of: { loss($0, zeros, dispersions) }, at: logits, "logits")
        expectGradient(zeroGradient.doubles, of: { loss(logits, $0, dispersions) }, at: zeros, "zeros")
        expectGradient(moved.doubles, of: { loss(logits, zeros, $0) }, at: dispersions, "dispersions")
    }

    /// Columns of both kinds with missing values are what the likelihoods of each kind say of those that are there.
    @Test func mixedColumnsAreThoseOfTheirKinds() {
        check(Double.self, 1e-12)
        check(Float.self, 1e-5)
        func check<R: Real>(_ type: R.Type, _ tolerance: Double) {
            let (features, stride) = (7, Self.stride)
            let binary: [UInt8] = [0, 1, 1, 0, 0, 1, 0]
            var values = Values(25)
            let output = Storage<R>(values.list(features * stride, in: -3...3))
            var list = values.list(features * stride, in: 0...1)
            for index in Swift.stride(from: 1, to: list.count, by: 6) { list[index] = .nan }
            let (target, weight) = (Storage<R>(list), Storage<R>(values.list(stride, in: 0...1)))
            let (loss, gradient) = (Storage<R>(count: stride), Storage<R>(count: features * stride))
            R.mixedLoss(
                output: output.pointer, target: target.pointer, binary: binary, features: features,
                stride: stride, variance: 0.3, weight: weight.pointer, loss: loss.pointer,
                gradient: gradient.pointer)
            var expected = [Double](repeating: 0, count: stride)
            let (one, moved) = (Storage<R>(count: stride), Storage<R>(count: stride))
            for feature in 0..<features {
                let row = feature * stride
                if binary[feature] == 1 {
                    R.bernoulliLoss(
                        logits: output.pointer + row, target: target.pointer + row, features: 1,
                        stride: stride, weight: weight.pointer, loss: one.pointer, gradient: moved.pointer)
                } else {
                    R.gaussianLoss(
                        means: output.pointer + row, target: target.pointer + row, features: 1,
                        stride: stride, variance: 0.3, weight: weight.pointer, loss: one.pointer,
                        gradient: moved.pointer)
                }
                for column in 0..<stride {
                    let isThere = !list[row + column].isNaN
                    if isThere { expected[column] += Double(one.pointer[column]) }
                    let wanted = isThere ? Double(moved.pointer[column]) : 0
                    #expect(abs(Double(gradient.pointer[row + column]) - wanted) < 1e-5)
                }
            }
            for column in 0..<stride {
                let difference = abs(Double(loss.pointer[column]) - expected[column])
                #expect(difference < tolerance * max(1, abs(expected[column])))
            }
        }
    }

    /// Gradients lie over the values in a model.
    @Test func gradientsMayLieOverTheValues() {
        let (features, stride) = (5, Self.stride)
        var values = Values(23)
        let rows = values.list(2 * features * stride, in: -2...2)
        let target = Storage<Float>(values.list(features * stride, in: 0...9).map { $0.rounded() })
        let weight = Storage<Float>(values.list(stride, in: 0...1))
        let loss = Storage<Float>(count: stride)
        let dispersion = Storage<Float>(values.list(features))
        let (moved, scratch) = (Storage<Float>(count: features), Storage<Double>(count: 4 * features))
        let half = features * stride
        func run(_ from: Storage<Float>, _ to: Storage<Float>, _ likelihood: Int) {
            let (value, gradient) = (from.pointer, to.pointer)
            switch likelihood {
            case 0:
                Float.gaussianLoss(
                    means: value, target: target.pointer, features: features, stride: stride, variance: 2,
                    weight: weight.pointer, loss: loss.pointer, gradient: gradient)
            case 1:
                Float.learnedGaussianLoss(
                    means: value, raw: value + half, target: target.pointer, features: features,
                    stride: stride, minimumVariance: 0.1, weight: weight.pointer, loss: loss.pointer,
                    meanGradient: gradient, rawGradient: gradient + half)
            default:
                Float.negativeBinomialLoss(
                    logits: value, logDispersion: dispersion.pointer, target: target.pointer,
                    features: features, sliceColumns: 16, stride: stride, weight: weight.pointer,
                    loss: loss.pointer, gradient: gradient, scratch: scratch.pointer,
                    dispersionGradient: moved.pointer)
            }
        }
        for likelihood in 0...2 {
            let (apart, same) = (Storage<Float>(rows), Storage<Float>(rows))
            let gradient = Storage<Float>(rows)
            run(apart, gradient, likelihood)
            run(same, same, likelihood)
            #expect(gradient.doubles == same.doubles)
            #expect(gradient.doubles != rows)
        }
    }
}
