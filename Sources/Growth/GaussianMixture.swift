import Foundation

/// Two Gaussians with covariances of their own, fitted to points by expectation maximisation.
///
/// The latents of a leaf that holds several groups lie in several clouds of any size and direction. Two Gaussians find
/// them though coordinates differ in scale, where two means would halve the longest cloud.
public struct GaussianMixture: Sendable {
    /// The two, with their shares of the points.
    private let components: [Component]
    /// Mean log-likelihood of the points, nats.
    public let logLikelihood: Double
    /// By how much that is above the mean log-likelihood under one Gaussian, nats.
    public let gain: Double

    /// Fits both Gaussians from several starts, of which the likeliest is kept. The same points give the same result.
    ///
    /// - Parameters:
    ///   - points: `[count, dimensions]`, row-major.
    ///   - leastShare: of the points that each Gaussian must have.
    /// - Returns: nil where the points are too few, or no start leads to two Gaussians of that share.
    public init?(points: [Double], dimensions: Int, starts: Int = 6, leastShare: Double = 0) {
        let count = points.count / dimensions
        guard count > 4 * dimensions else { return nil }
        let all = Component(
            points, dimensions: dimensions, weights: Array(repeating: 1, count: count), ridge: 0)
        let ridge = Self.ridge * (0..<dimensions).reduce(0) { $0 + all.variance($1) } / Double(dimensions)
        guard ridge > 0 else { return nil }
        let single = Component(
            points, dimensions: dimensions, weights: Array(repeating: 1, count: count), ridge: ridge)
        let singleLikelihood =
            (0..<count).reduce(0) { $0 + single.logDensity(of: points, row: $1) } / Double(count)
        var best: (components: [Component], likelihood: Double)?
        for start in 0..<starts {
            let fit = Self.fit(points, dimensions: dimensions, ridge: ridge, start: start)
            guard fit.components.allSatisfy({ $0.share >= leastShare }) else { continue }
            if fit.likelihood > best?.likelihood ?? -.infinity { best = fit }
        }
        guard let best else { return nil }
        components = best.components
        logLikelihood = best.likelihood
        gain = best.likelihood - singleLikelihood
    }

    /// The probability that a point is of the first Gaussian.
    ///
    /// - Parameter point: `[dimensions]`.
    public func responsibility(of point: [Double]) -> Double {
        let logs = components.map { log($0.share) + $0.logDensity(of: point, row: 0) }
        return 1 / (1 + exp(logs[1] - logs[0]))
    }

    /// Added to every variance, as a share of their mean: a flat cloud stays a cloud.
    private static var ridge: Double { 1e-3 }
    private static var iterations: Int { 100 }
    /// Nats a point: below this gain of an iteration it ends.
    private static var tolerance: Double { 1e-5 }

    private static func fit(_ points: [Double], dimensions: Int, ridge: Double, start: Int) -> (
        components: [Component], likelihood: Double
    ) {
        let count = points.count / dimensions
        var first = halves(points, dimensions: dimensions, start: start)
        var likelihood = -Double.infinity
        var components: [Component] = []
        for _ in 0..<iterations {
            components = [first, first.map { 1 - $0 }].map {
                Component(points, dimensions: dimensions, weights: $0, ridge: ridge)
            }
            guard components.allSatisfy({ $0.share > 0 }) else { break }
            var sum = 0.0
            for row in 0..<count {
                let logs = components.map { log($0.share) + $0.logDensity(of: points, row: row) }
                let largest = max(logs[0], logs[1])
                sum += largest + log(exp(logs[0] - largest) + exp(logs[1] - largest))
                first[row] = 1 / (1 + exp(logs[1] - logs[0]))
            }
            let before = likelihood
            likelihood = sum / Double(count)
            if likelihood - before < tolerance { break }
        }
        return (components, likelihood)
    }

    /// Where a fit starts: the points nearer to one of two of them, after some steps of two means.
    private static func halves(_ points: [Double], dimensions: Int, start: Int) -> [Double] {
        let count = points.count / dimensions
        func point(_ row: Int) -> [Double] { Array(points[row * dimensions..<(row + 1) * dimensions]) }
        func distance(_ row: Int, _ centre: [Double]) -> Double {
            centre.indices.reduce(0) { sum, index in
                let difference = points[row * dimensions + index] - centre[index]
                return sum + difference * difference
            }
        }
        // A point, at even distances over the starts, and one far from it: the farthest may be an outlier.
        let seed = point((2 * start + 1) * count / 13 % count)
        let far = (0..<count).sorted { distance($0, seed) < distance($1, seed) }
        var centres = [seed, point(far[count * 9 / 10])]
        var isFirst = [Bool](repeating: false, count: count)
        for _ in 0..<10 {
            for row in 0..<count { isFirst[row] = distance(row, centres[0]) < distance(row, centres[1]) }
            for (index, side) in [true, false].enumerated() {
                let members = (0..<count).filter { isFirst[$0] == side }
                guard !members.isEmpty else { continue }
                centres[index] = (0..<dimensions).map { dimension in
                    members.reduce(0) { $0 + points[$1 * dimensions + dimension] } / Double(members.count)
                }
            }
        }
        return isFirst.map { $0 ? 1 : 0 }
    }

    /// A Gaussian with its share of the points.
    private struct Component {
        let share: Double
        private let mean: [Double]
        /// The lower triangle L of the covariance's Cholesky factor, `[dimensions, dimensions]`.
        private let factor: [Double]
        private let variances: [Double]
        /// −½ (dimensions · ln 2π + ln of the covariance's determinant).
        private let logScale: Double

        /// The weighted mean and covariance of the points.
        init(_ points: [Double], dimensions: Int, weights: [Double], ridge: Double) {
            let total = weights.reduce(0, +)
            let size = max(total, .leastNormalMagnitude)
            share = total / Double(weights.count)
            var mean = [Double](repeating: 0, count: dimensions)
            for (row, weight) in weights.enumerated() {
                for index in 0..<dimensions { mean[index] += weight * points[row * dimensions + index] }
            }
            mean = mean.map { $0 / size }
            var covariance = [Double](repeating: 0, count: dimensions * dimensions)
            var centred = mean
            for (row, weight) in weights.enumerated() where weight > 0 {
                for index in 0..<dimensions {
                    centred[index] = points[row * dimensions + index] - mean[index]
                }
                for index in 0..<dimensions {
                    let value = weight * centred[index]
                    for other in 0...index {
                        covariance[index * dimensions + other] += value * centred[other]
                    }
                }
            }
            for index in covariance.indices { covariance[index] /= size }
            for index in 0..<dimensions { covariance[index * dimensions + index] += ridge }
            variances = (0..<dimensions).map { covariance[$0 * dimensions + $0] }
            // Cholesky, in place of the lower triangle.
            var logDeterminant = 0.0
            for row in 0..<dimensions {
                for column in 0...row {
                    var sum = covariance[row * dimensions + column]
                    for index in 0..<column {
                        sum -= covariance[row * dimensions + index] * covariance[column * dimensions + index]
                    }
                    if row == column {
                        let pivot = max(sum, .leastNormalMagnitude).squareRoot()
                        covariance[row * dimensions + row] = pivot
                        logDeterminant += 2 * log(pivot)
                    } else {
                        covariance[row * dimensions + column] = sum / covariance[column * dimensions + column]
                    }
                }
            }
            self.mean = mean
            factor = covariance
            logScale = -0.5 * (Double(dimensions) * log(2 * Double.pi) + logDeterminant)
        }

        func variance(_ dimension: Int) -> Double { variances[dimension] }

        func logDensity(of points: [Double], row: Int) -> Double {
            let dimensions = mean.count
            // L y = x − mean; the squared length of y is Mahalanobis's distance.
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: dimensions) { solved in
                var distance = 0.0
                for index in 0..<dimensions {
                    var value = points[row * dimensions + index] - mean[index]
                    for other in 0..<index { value -= factor[index * dimensions + other] * solved[other] }
                    value /= factor[index * dimensions + index]
                    solved[index] = value
                    distance += value * value
                }
                return logScale - 0.5 * distance
            }
        }
    }
}
