import Foundation
import Testing

@testable import Kernels

/// From moments to what batch normalisation computes with.
@Suite struct StatisticsTests {
    private struct Statistics<R: Real> {
        var mean: Storage<R>
        var inverse: Storage<R>
        var runningMean: Storage<R>
        var runningVariance: Storage<R>

        init(runningMean: [Double], runningVariance: [Double]) {
            mean = Storage([Double](repeating: .nan, count: runningMean.count))
            inverse = Storage([Double](repeating: .nan, count: runningMean.count))
            self.runningMean = Storage(runningMean)
            self.runningVariance = Storage(runningVariance)
        }

        func take(_ moments: [Double], count: Int, momentum: Double = 0.9, epsilon: Double = 1e-3) {
            R.batchStatistics(
                moments: moments, count: Double(count), channels: mean.count, momentum: momentum,
                epsilon: epsilon,
                mean: mean.pointer, inverseDeviation: inverse.pointer, runningMean: runningMean.pointer,
                runningVariance: runningVariance.pointer)
        }
    }

    @Test(arguments: [1, 3, 17], [2, 5, 64]) func ofABatch(channels: Int, count: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(19)
            let samples = (0..<channels).map { _ in values.list(count, in: -1...3) }
            let statistics = Statistics<R>(
                runningMean: values.list(channels), runningVariance: values.list(channels, in: 0.5...2))
            let (oldMean, oldVariance) = (
                statistics.runningMean.doubles, statistics.runningVariance.doubles
            )
            statistics.take(
                zip(samples, oldMean).flatMap { list, origin in
                    let deviations = list.map { $0 - origin }
                    return [deviations.reduce(0, +), deviations.map { $0 * $0 }.reduce(0, +)]
                }, count: count, momentum: 0.75)

            let means = samples.map { $0.reduce(0, +) / Double(count) }
            let squares = zip(samples, means).map { list, mean in
                list.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            }
            expectClose(statistics.mean.doubles, means, R.tolerance, "mean")
            expectClose(
                statistics.inverse.doubles, squares.map { 1 / ($0 / Double(count) + 1e-3).squareRoot() },
                // Close samples have a variance of which Σ x² loses some digits.
                max(R.tolerance, 1e-11), "inverse deviation")
            expectClose(
                statistics.runningMean.doubles, zip(oldMean, means).map { 0.75 * $0 + 0.25 * $1 },
                R.tolerance,
                "running mean")
            expectClose(
                statistics.runningVariance.doubles,
                zip(oldVariance, squares).map { 0.75 * $0 + 0.25 * $1 / Double(count - 1) }, R.tolerance,
                "running variance")
        }
    }

    /// A single sample has no unbiased variance; a constant channel none at all, though rounding may say less.
    @Test func withoutVariance() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let single = Statistics<R>(runningMean: [0], runningVariance: [1])
            single.take([3, 9], count: 1, momentum: 0.5, epsilon: 0.25)
            #expect(single.mean.doubles == [3] && single.inverse.doubles == [2])
            #expect(single.runningMean.doubles == [1.5] && single.runningVariance.doubles == [0.5])

            let constant = Statistics<R>(runningMean: [0], runningVariance: [1])
            constant.take([30, 89.999], count: 10, momentum: 0.5, epsilon: 0.25)
            #expect(constant.inverse.doubles == [2] && constant.runningVariance.doubles == [0.5])
        }
    }

    @Test(arguments: [1, 3, 17]) func running(channels: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(20)
            let statistics = Statistics<R>(
                runningMean: values.list(channels), runningVariance: values.list(channels, in: 0...2))
            R.runningStatistics(
                runningMean: statistics.runningMean.pointer,
                runningVariance: statistics.runningVariance.pointer,
                channels: channels, epsilon: 1e-3, mean: statistics.mean.pointer,
                inverseDeviation: statistics.inverse.pointer)
            #expect(statistics.mean.doubles == statistics.runningMean.doubles)
            expectClose(
                statistics.inverse.doubles,
                statistics.runningVariance.doubles.map { 1 / ($0 + 1e-3).squareRoot() },
                R.tolerance)
        }
    }

    @Test(arguments: [1, 3, 17]) func split(channels: Int) {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            var values = Values(21)
            let moments = values.list(2 * channels)
            let even = (0..<channels).map { moments[2 * $0] }
            let odd = (0..<channels).map { moments[2 * $0 + 1] }
            let (first, second) = (Storage<R>(count: channels), Storage<R>(count: channels))
            R.splitMoments(
                moments, factor: 0.1, channels: channels, first: first.pointer, second: second.pointer)
            #expect(first.doubles == even.map { Double(R($0 * 0.1)) })
            #expect(second.doubles == odd.map { Double(R($0 * 0.1)) })
        }
    }

    @Test func keepsNaN() {
        check(Float.self)
        check(Double.self)

        func check<R: Real>(_: R.Type) {
            let ones = [1.0, 1, 1]
            let statistics = Statistics<R>(runningMean: ones, runningVariance: ones)
            statistics.take([1, 2, .nan, 2, 1, .nan], count: 4)
            #expect(statistics.mean.doubles.map(\.isNaN) == [false, true, false])
            #expect(statistics.inverse.doubles.map(\.isNaN) == [false, true, true])
            #expect(statistics.runningMean.doubles.map(\.isNaN) == [false, true, false])
            #expect(statistics.runningVariance.doubles.map(\.isNaN) == [false, true, true])

            R.runningStatistics(
                runningMean: statistics.runningMean.pointer,
                runningVariance: statistics.runningVariance.pointer,
                channels: 3, epsilon: 1e-3, mean: statistics.mean.pointer,
                inverseDeviation: statistics.inverse.pointer)
            #expect(statistics.mean.doubles.map(\.isNaN) == [false, true, false])
            #expect(statistics.inverse.doubles.map(\.isNaN) == [false, true, true])

            let (first, second) = (Storage<R>(count: 2), Storage<R>(count: 2))
            R.splitMoments(
                [.nan, 1, 1, .nan], factor: 2, channels: 2, first: first.pointer, second: second.pointer)
            #expect(first.doubles.map(\.isNaN) == [true, false])
            #expect(second.doubles.map(\.isNaN) == [false, true])
        }
    }
}
