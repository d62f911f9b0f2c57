import Testing

@testable import Collectives

@Suite struct ReductionTreeTests {
    /// What each rank's number becomes, as the formula of a sum.
    private func sums(_ size: Int) -> [String] {
        let trees = (0..<size).map { ReductionTree(rank: $0, size: size) }
        var values = (0..<size).map(String.init)
        for (rank, tree) in trees.enumerated() {
            if case .takes(let other) = tree.prelude { values[rank] = "(\(rank)+\(other))" }
        }
        for round in 0..<trees[0].rounds {
            let before = values
            for (rank, tree) in trees.enumerated() where !tree.givesAway {
                let partner = tree.partner(round)
                #expect(trees[partner].partner(round) == rank)
                let (low, high) = (min(rank, partner), max(rank, partner))
                values[rank] = "(\(before[low])+\(before[high]))"
            }
        }
        return zip(trees, values).filter { !$0.0.givesAway }.map(\.1)
    }

    @Test func ranksAreAddedPairwise() {
        #expect(Set(sums(1)) == ["0"])
        #expect(Set(sums(2)) == ["(0+1)"])
        #expect(Set(sums(3)) == ["((0+1)+2)"])
        #expect(Set(sums(4)) == ["((0+1)+(2+3))"])
        #expect(Set(sums(6)) == ["(((0+1)+(2+3))+(4+5))"])
        #expect(Set(sums(8)) == ["(((0+1)+(2+3))+((4+5)+(6+7)))"])
        #expect(Set(sums(13)).count == 1)
    }

    @Test(arguments: 1...17, [0, 1, 15, 16, 100, 4096, 100_003]) func partsCoverEverything(
        size: Int, count: Int
    ) {
        let trees = (0..<size).map { ReductionTree(rank: $0, size: size) }
        let parts = trees.map { $0.range(of: count, after: $0.rounds) }.filter { !$0.isEmpty }
        #expect(parts.sorted { $0.lowerBound < $1.lowerBound }.flatMap(Array.init) == Array(0..<count))
        for tree in trees where !tree.givesAway {
            for round in 0..<tree.rounds {
                let (kept, given) = tree.parts(of: count, round: round)
                let other = trees[tree.partner(round)].parts(of: count, round: round)
                #expect(kept == other.given && given == other.kept)
            }
        }
    }
}
