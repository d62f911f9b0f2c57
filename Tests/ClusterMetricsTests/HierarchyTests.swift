import Foundation
import Testing
import TestSupport

@testable import ClusterMetrics

@Suite struct HierarchyTests {
    /// Purity by its definition: the mean over all pairs of equal label of the label's share below their
    /// lowest common ancestor.
    private func purityOverPairs(_ hierarchy: Hierarchy, labels: [Int], leaves: [Int]) -> Double {
        func ancestors(_ node: Int) -> [Int] {
            var path = [node]
            while let parent = hierarchy.parents[path.last!] { path.append(parent) }
            return path
        }
        let paths = hierarchy.leaves.map(ancestors)
        var sum = 0.0
        var count = 0
        for first in labels.indices {
            for second in labels.indices where second > first && labels[first] == labels[second] {
                let common = paths[leaves[first]].first { paths[leaves[second]].contains($0) }!
                let below = labels.indices.filter { paths[leaves[$0]].contains(common) }
                let same = below.count { labels[$0] == labels[first] }
                sum += Double(same) / Double(below.count)
                count += 1
            }
        }
        return count == 0 ? 1 : sum / Double(count)
    }

    @Test(arguments: 0..<40) func purityIsTheMeanOverPairs(_ seed: Int) throws {
        var generator = SplitMix64(UInt64(seed))
        // A random tree: later nodes hang below earlier ones, then all numbers are shuffled. Low
        // fan-outs leave chains of single children, high ones make nodes of many.
        let nodes = Int.random(in: 1...24, using: &generator)
        let reach = Int.random(in: 1...6, using: &generator)
        var parents: [Int?] = [nil]
        for node in 1..<max(nodes, 1) {
            parents.append(Int.random(in: max(0, node - reach)..<node, using: &generator))
        }
        let number = Array(0..<nodes).shuffled(using: &generator)
        var shuffled = [Int?](repeating: nil, count: nodes)
        for (node, parent) in parents.enumerated() { shuffled[number[node]] = parent.map { number[$0] } }
        let plain = try Hierarchy(parents: shuffled)
        let hierarchy = try Hierarchy(
            parents: shuffled, leaves: plain.leaves.shuffled(using: &generator))

        let samples = Int.random(in: 1...60, using: &generator)
        let classes = Int.random(in: 1...5, using: &generator)
        let labels = (0..<samples).map { _ in Int.random(in: 0..<classes, using: &generator) }
        let leaves = (0..<samples).map { _ in Int.random(in: hierarchy.leaves.indices, using: &generator) }
        var table = ContingencyTable(labelCount: classes, leafCount: hierarchy.leaves.count)
        for (label, leaf) in zip(labels, leaves) { table.add(label: label, leaf: leaf) }

        let expected = purityOverPairs(hierarchy, labels: labels, leaves: leaves)
        #expect(abs(hierarchy.dendrogramPurity(of: table) - expected) < 1e-12)
    }

    @Test func purityOfPureAndOfMixedLeaves() throws {
        let hierarchy = try Hierarchy(parents: [nil, 0, 0])
        let pure = ContingencyTable(labels: [0, 0, 1, 1], leaves: [0, 0, 1, 1])
        #expect(hierarchy.dendrogramPurity(of: pure) == 1)
        let mixed = ContingencyTable(labels: [0, 1, 0, 1], leaves: [0, 0, 1, 1])
        #expect(hierarchy.dendrogramPurity(of: mixed) == 0.5)
        let single = ContingencyTable(labels: [0, 1, 2], leaves: [0, 1, 1])
        #expect(hierarchy.dendrogramPurity(of: single) == 1)
    }

    @Test func purityOfALargeTable() throws {
        // 60,000 samples in 200 leaves below a caterpillar: the pairs of one label alone pass 2³¹.
        let leaves = 200
        var parents: [Int?] = [nil]
        for inner in 0..<leaves - 1 { parents.append(contentsOf: [2 * inner, 2 * inner]) }
        let hierarchy = try Hierarchy(parents: parents)
        #expect(hierarchy.leaves.count == leaves)
        var table = ContingencyTable(labelCount: 2, leafCount: leaves)
        for sample in 0..<60_000 { table.add(label: sample / 60_000, leaf: sample % leaves) }
        #expect(hierarchy.dendrogramPurity(of: table) == 1)
        let scores = ClusterScores(table, over: hierarchy)
        #expect(scores.lp == 1 && scores.acc == 0.005 && scores.nmi == 0)
    }

    @Test func refusesWhatIsNoTree() {
        #expect(throws: HierarchyError.notOneRoot([])) { try Hierarchy(parents: [1, 0]) }
        #expect(throws: HierarchyError.notOneRoot([0, 2])) { try Hierarchy(parents: [nil, 0, nil]) }
        #expect(throws: HierarchyError.cycle([1, 2])) { try Hierarchy(parents: [nil, 2, 1]) }
        #expect(throws: HierarchyError.missingParent(node: 1, parent: 7)) {
            try Hierarchy(parents: [nil, 7])
        }
        #expect(throws: HierarchyError.wrongLeaves(given: [0, 1], childless: [1, 2])) {
            try Hierarchy(parents: [nil, 0, 0], leaves: [0, 1])
        }
    }

    @Test func scoresAreAFlatObject() throws {
        let hierarchy = try Hierarchy(parents: [nil, 0, 0])
        let table = ContingencyTable(labels: [0, 0, 1, 1], leaves: [1, 1, 0, 0])
        let scores = ClusterScores(table, over: hierarchy)
        let values = try JSONDecoder().decode([String: Double].self, from: JSONEncoder().encode(scores))
        #expect(values == ["dp": 1, "lp": 1, "acc": 1, "nmi": 1, "ari": 1])
    }
}
