import Augmentations
import Layers

/// Points divided into two clusters, each point nearest to the mean of its own (Lloyd 1982), from starts far apart
/// (Arthur and Vassilvitskii 2007).
package struct TwoMeans {
    /// The two means.
    package let centres: [[Double]]
    /// Sum of squared distances.
    package let squares: Double

    /// The best of several attempts; nil where there are not two different points.
    ///
    /// - Parameters:
    ///   - points: `[count, dimensions]`.
    ///   - key: what the random starts depend on.
    package init?(_ points: [Double], dimensions: Int, restarts: Int, key: UInt64) {
        var best: TwoMeans?
        for restart in 0..<restarts {
            var draws = UniformDraws(
                key: key, sample: Int32(restart), view: 0, epoch: 0, stream: RandomStream.clustering.rawValue)
            guard let found = Self(points, dimensions: dimensions, draws: &draws) else { continue }
            if found.squares < best?.squares ?? .infinity { best = found }
        }
        guard let best else { return nil }
        self = best
    }

    private static var mostRounds: Int { 300 }

    private init?(_ points: [Double], dimensions: Int, draws: inout UniformDraws) {
        let count = points.count / dimensions
        guard count > 1 else { return nil }
        let first = min(count - 1, Int(draws.next() * Double(count)))
        var centres = [Array(points[first * dimensions..<(first + 1) * dimensions])]
        // The second centre is a point, the likelier the farther.
        let distances = (0..<count).map { Self.squared(points, $0, centres[0]) }
        let total = distances.reduce(0, +)
        guard total > 0 else { return nil }
        var left = draws.next() * total
        let second =
            distances.firstIndex { distance in
                left -= distance
                return left < 0
            } ?? distances.indices.max { distances[$0] < distances[$1] }!
        centres.append(Array(points[second * dimensions..<(second + 1) * dimensions]))
        var belongs = [UInt8](repeating: 2, count: count)
        for _ in 0..<Self.mostRounds {
            var (sums, counts) = ([Double](repeating: 0, count: 2 * dimensions), [0.0, 0.0])
            var isSettled = true
            for point in 0..<count {
                let own: UInt8 =
                    Self.squared(points, point, centres[1]) < Self.squared(points, point, centres[0]) ? 1 : 0
                if belongs[point] != own { (belongs[point], isSettled) = (own, false) }
                counts[Int(own)] += 1
                for dimension in 0..<dimensions {
                    sums[Int(own) * dimensions + dimension] += points[point * dimensions + dimension]
                }
            }
            guard !isSettled else { break }
            guard counts.allSatisfy({ $0 > 0 }) else { return nil }
            centres = [0, 1].map { cluster in
                (0..<dimensions).map { sums[cluster * dimensions + $0] / counts[cluster] }
            }
        }
        self.centres = centres
        squares = (0..<count).reduce(0) { $0 + Self.squared(points, $1, centres[Int(belongs[$1])]) }
    }

    private static func squared(_ points: [Double], _ point: Int, _ centre: [Double]) -> Double {
        var sum = 0.0
        points.withUnsafeBufferPointer { points in
            centre.withUnsafeBufferPointer { centre in
                let first = point * centre.count
                for dimension in 0..<centre.count {
                    let difference = points[first + dimension] - centre[dimension]
                    sum += difference * difference
                }
            }
        }
        return sum
    }
}
