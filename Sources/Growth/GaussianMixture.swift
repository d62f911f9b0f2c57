import Foundation

/// Two groups of points that overlap least, each a mixture of Gaussians with covariances of their own.
///
/// The latents of a leaf that holds several classes lie in clouds of any size, direction and bend. Gaussians are
/// fitted by expectation maximisation, in general more than there are groups, and then put into the two sides that
/// share the fewest points (after Baudry et al. 2010, "Combining mixture components for clustering"). The two
/// likeliest Gaussians alone would often halve one long cloud across the gap between two.
public struct GaussianMixture: Sendable {
    /// All Gaussians, with their shares of the points, those of the first group before those of the second.
    private let components: [Component]
    private let firstCount: Int
    /// How much the groups share, by the normalised cut of their Gaussians' responsibilities: 0 where no point lies
    /// between them, 1 where they are the same, and where Schwarz's criterion prefers a single Gaussian.
    public let overlap: Double

    /// Fits Gaussians, in several numbers and from several starts, keeps those that Schwarz's criterion prefers, and
    /// divides them. The same points give the same result.
    ///
    /// - Parameters:
    ///   - points: `[count, dimensions]`, row-major.
    ///   - leastShare: of the points that each group must have.
    /// - Returns: nil where the points are too few, or there are no two groups of that share.
    public init?(points: [Double], dimensions: Int, starts: Int = 3, leastShare: Double = 0) {
        let count = points.count / dimensions
        guard count > 4 * dimensions else { return nil }
        let most = count / (Self.pointsByDimension * dimensions)
        let all = Component(
            points, dimensions: dimensions, weights: Array(repeating: 1, count: count), ridge: 0)
        let ridge = Self.ridge * (0..<dimensions).reduce(0) { $0 + all.variance($1) } / Double(dimensions)
        guard ridge > 0 else { return nil }
        var best: Fit?
        for size in Self.sizes where size == 2 || size <= most {
            for start in 0..<starts {
                let fit = Self.fit(points, dimensions: dimensions, count: size, ridge: ridge, start: start)
                if fit.criterion > best?.criterion ?? -.infinity { best = fit }
            }
        }
        guard let best, let division = Self.division(of: best, leastShare: leastShare) else { return nil }
        let isFirst = division.isFirst
        components = [true, false].flatMap { side in
            best.components.indices.filter { isFirst[$0] == side }.map { best.components[$0] }
        }
        firstCount = isFirst.count { $0 }
        overlap =
            best.criterion > Self.fitOne(points, dimensions: dimensions, ridge: ridge) ? division.overlap : 1
    }

    /// The probability that a point is of the first group.
    ///
    /// - Parameter point: `[dimensions]`.
    public func responsibility(of point: [Double]) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: components.count) { densities in
            Self.respond(components, to: point, row: 0, densities)
            return densities[..<firstCount].reduce(0, +)
        }
    }

    /// Numbers of Gaussians that are tried.
    private static var sizes: [Int] { [2, 4, 8] }
    /// Points for each Gaussian and dimension, at least: a covariance is made of as many numbers as that.
    private static var pointsByDimension: Int { 10 }
    /// Added to every variance, as a share of their mean: a flat cloud stays a cloud.
    private static var ridge: Double { 1e-3 }
    private static var iterations: Int { 100 }
    /// Nats a point: below this gain of an iteration it ends.
    private static var tolerance: Double { 1e-5 }

    private struct Fit {
        var components: [Component]
        /// Of each point, `[count, components]`.
        var responsibilities: [Double]
        /// Mean log-likelihood of the points, nats.
        var likelihood: Double
        /// That, less what so many Gaussians cost: Schwarz's criterion (BIC) for each point, nats.
        var criterion: Double
    }

    private static func fit(_ points: [Double], dimensions: Int, count size: Int, ridge: Double, start: Int)
        -> Fit
    {
        let count = points.count / dimensions
        var members = memberships(points, dimensions: dimensions, count: size, start: start)
        var fit = Fit(components: [], responsibilities: [], likelihood: -.infinity, criterion: -.infinity)
        for _ in 0..<iterations {
            let components = members.map {
                Component(points, dimensions: dimensions, weights: $0, ridge: ridge)
            }
            // A Gaussian that is left with fewer points than it has directions is none.
            .filter { $0.share * Double(count) > Double(dimensions) }
            guard components.count > 1 else { break }
            members = Array(repeating: Array(repeating: 0, count: count), count: components.count)
            var sum = 0.0
            withUnsafeTemporaryAllocation(of: Double.self, capacity: components.count) { densities in
                for row in 0..<count {
                    sum += respond(components, to: points, row: row, densities)
                    for index in components.indices { members[index][row] = densities[index] }
                }
            }
            let before = fit.likelihood
            let likelihood = sum / Double(count)
            fit = Fit(
                components: components, responsibilities: [], likelihood: likelihood,
                criterion: likelihood - cost(of: components.count, dimensions: dimensions, points: count))
            if fit.likelihood - before < tolerance { break }
        }
        fit.responsibilities = (0..<count).flatMap { row in members.map { $0[row] } }
        return fit
    }

    /// Schwarz's criterion of a single Gaussian.
    private static func fitOne(_ points: [Double], dimensions: Int, ridge: Double) -> Double {
        let count = points.count / dimensions
        let component = Component(
            points, dimensions: dimensions, weights: Array(repeating: 1, count: count), ridge: ridge)
        let sum = (0..<count).reduce(0) { $0 + component.logDensity(of: points, row: $1) }
        return sum / Double(count) - cost(of: 1, dimensions: dimensions, points: count)
    }

    /// What so many Gaussians cost in Schwarz's criterion, nats a point.
    private static func cost(of components: Int, dimensions: Int, points count: Int) -> Double {
        let numbers = components * (dimensions + 1) * (dimensions + 2) / 2 - 1
        return 0.5 * Double(numbers) * log(Double(count)) / Double(count)
    }

    /// Each Gaussian's responsibility for a point.
    /// - Returns: the point's log-likelihood, nats.
    @discardableResult
    private static func respond(
        _ components: [Component], to points: [Double], row: Int,
        _ out: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        var largest = -Double.infinity
        for (index, component) in components.enumerated() {
            out[index] = component.logShare + component.logDensity(of: points, row: row)
            largest = max(largest, out[index])
        }
        var sum = 0.0
        for index in components.indices {
            out[index] = exp(out[index] - largest)
            sum += out[index]
        }
        for index in components.indices { out[index] /= sum }
        return largest + log(sum)
    }

    /// The two sides of Gaussians with the least normalised cut: of all points' products of responsibilities, those
    /// across the sides over those of each side.
    private static func division(of fit: Fit, leastShare: Double) -> (isFirst: [Bool], overlap: Double)? {
        let size = fit.components.count
        guard size > 1 else { return nil }
        var products = [Double](repeating: 0, count: size * size)
        for row in 0..<fit.responsibilities.count / size {
            for first in 0..<size {
                let value = fit.responsibilities[row * size + first]
                for second in 0..<size {
                    products[first * size + second] += value * fit.responsibilities[row * size + second]
                }
            }
        }
        var best: (isFirst: [Bool], overlap: Double)?
        // The last Gaussian stays on the second side: every division comes once.
        for bits in 1..<(1 << (size - 1)) {
            let isFirst = (0..<size).map { bits >> $0 & 1 == 1 }
            var (across, first, second, share) = (0.0, 0.0, 0.0, 0.0)
            for row in 0..<size {
                if isFirst[row] { share += fit.components[row].share }
                for column in 0..<size {
                    let value = products[row * size + column]
                    if isFirst[row] { first += value } else { second += value }
                    if isFirst[row], !isFirst[column] { across += value }
                }
            }
            guard share >= leastShare, share <= 1 - leastShare else { continue }
            let overlap = across / first + across / second
            if overlap < best?.overlap ?? .infinity { best = (isFirst, overlap) }
        }
        return best
    }

    /// Where a fit starts: each point with the nearest of so many of them, after some steps of k-means.
    private static func memberships(_ points: [Double], dimensions: Int, count size: Int, start: Int)
        -> [[Double]]
    {
        let count = points.count / dimensions
        // At even distances in the order of the points, other ones for each start.
        var centres = (0..<size).map { index in
            let row = ((7 * index + 2 * start + 1) * count / (7 * size)) % count
            return Array(points[row * dimensions..<(row + 1) * dimensions])
        }
        var nearest = [Int](repeating: 0, count: count)
        for _ in 0..<10 {
            var sums = [[Double]](repeating: Array(repeating: 0, count: dimensions), count: size)
            var members = [Double](repeating: 0, count: size)
            for row in 0..<count {
                var least = Double.infinity
                for (index, centre) in centres.enumerated() {
                    var distance = 0.0
                    for dimension in 0..<dimensions {
                        let difference = points[row * dimensions + dimension] - centre[dimension]
                        distance += difference * difference
                    }
                    if distance < least { (least, nearest[row]) = (distance, index) }
                }
                members[nearest[row]] += 1
                for dimension in 0..<dimensions {
                    sums[nearest[row]][dimension] += points[row * dimensions + dimension]
                }
            }
            for index in 0..<size where members[index] > 0 {
                centres[index] = sums[index].map { $0 / members[index] }
            }
        }
        return (0..<size).map { index in nearest.map { $0 == index ? 1 : 0 } }
    }

    /// A Gaussian with its share of the points.
    private struct Component {
        let share: Double
        let logShare: Double
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
            logShare = log(share)
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
