import Foundation
import TestSupport
import Testing

@testable import Growth

@Suite struct GaussianMixtureTests {
    /// Two clouds of other sizes and directions, whose long axes are five times the distance between them; the first has
    /// three fifths of the points, which come in turns.
    private func clouds(_ count: Int, scale: [Double] = [1, 1, 1]) -> (points: [Double], isFirst: [Bool]) {
        var generator = SplitMix64(3)
        func normal() -> Double {
            let (first, second) = (
                Double.random(in: 1e-9..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
            )
            return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
        }
        var points: [Double] = []
        var isFirst: [Bool] = []
        for index in 0..<count {
            let first = index % 5 < 3
            let long = 10 * normal()
            let short = (first ? -1 : 1) + 0.25 * normal()
            points += [
                scale[0] * long, scale[1] * (short + (first ? 0.1 : -0.05) * long), scale[2] * normal(),
            ]
            isFirst.append(first)
        }
        return (points, isFirst)
    }

    private func agreement(_ mixture: GaussianMixture, _ points: [Double], _ isFirst: [Bool]) -> Double {
        let same = isFirst.indices.count { row in
            (mixture.responsibility(of: Array(points[3 * row..<3 * row + 3])) > 0.5) == isFirst[row]
        }
        return Double(max(same, isFirst.count - same)) / Double(isFirst.count)
    }

    /// Two means would cut the long axis in the middle. The clouds cross: one point in thirty lies on the other's side.
    @Test(arguments: [[1, 1, 1], [1, 100, 1], [0.3, 1, 3]])
    func findsCloudsOfAnyDirectionAndScale(_ scale: [Double]) throws {
        let (points, isFirst) = clouds(1000, scale: scale)
        let mixture = try #require(GaussianMixture(points: points, dimensions: 3))
        #expect(agreement(mixture, points, isFirst) > 0.95)
        #expect(mixture.overlap < 0.2)
    }

    @Test func oneCloudHasNoGap() throws {
        let (points, isFirst) = clouds(2000)
        let rows = isFirst.indices.filter { isFirst[$0] }.flatMap { points[3 * $0..<3 * $0 + 3] }
        let mixture = try #require(GaussianMixture(points: rows, dimensions: 3))
        #expect(mixture.overlap == 1)
    }

    @Test func tooFewPointsOrTooSmallACloudAreNone() {
        let (points, _) = clouds(1000)
        #expect(GaussianMixture(points: Array(points.prefix(30)), dimensions: 3) == nil)
        #expect(GaussianMixture(points: points, dimensions: 3, leastShare: 0.45) == nil)
        #expect(GaussianMixture(points: Array(repeating: 1, count: 300), dimensions: 3) == nil)
    }

    @Test func aFlatCloudIsNoObstacle() throws {
        var (points, isFirst) = clouds(600)
        for row in isFirst.indices { points[3 * row + 2] = 7 }
        let mixture = try #require(GaussianMixture(points: points, dimensions: 3))
        #expect(agreement(mixture, points, isFirst) > 0.95)
    }
}
