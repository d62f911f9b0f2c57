import Testing
import TestSupport

@testable import ClusterMetrics

@Suite struct AssignmentTests {
    /// The best total over all matchings, by trying them.
    private func best(_ weights: [Int64], _ rows: Int, _ columns: Int) -> Int64 {
        func search(_ row: Int, _ used: Set<Int>) -> Int64 {
            guard row < rows else { return 0 }
            var result = rows > columns ? search(row + 1, used) : Int64.min
            for column in 0..<columns where !used.contains(column) {
                result = max(
                    result, weights[row * columns + column] + search(row + 1, used.union([column])))
            }
            return result
        }
        return search(0, [])
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 3), (5, 5), (6, 6), (2, 6), (6, 2), (1, 5), (5, 1), (4, 6), (6, 4)])
    func isAsGoodAsTheBestOfAllMatchings(_ rows: Int, _ columns: Int) {
        var generator = SplitMix64(UInt64(rows * 31 + columns))
        for range in [Int64(2), 10, 1_000_000] {
            for _ in 0..<20 {
                let weights = (0..<rows * columns).map { _ in Int64.random(in: 0..<range, using: &generator) }
                let assignment = Assignment.maximising(weights, rows: rows, columns: columns)
                #expect(assignment.total == best(weights, rows, columns))
                let matched = assignment.columns.compactMap { $0 }
                #expect(matched.count == min(rows, columns))
                #expect(Set(matched).count == matched.count)
            }
        }
    }

    @Test func hasNothingToMatchInAnEmptyMatrix() {
        #expect(Assignment.maximising([], rows: 0, columns: 3).total == 0)
        #expect(Assignment.maximising([], rows: 3, columns: 0).columns == [nil, nil, nil])
    }
}
