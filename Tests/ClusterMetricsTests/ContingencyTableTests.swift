import Testing

@testable import ClusterMetrics

/// Metrics without a hierarchy against scikit-learn 1.9.1 (`normalized_mutual_info_score`,
/// `adjusted_rand_score`) and SciPy's `linear_sum_assignment`, on sets that both sides compute.
@Suite struct ContingencyTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let samples: Int
        let labels: Int
        let leaves: Int
        let noise: Int
        let purity: Double
        let accuracy: Double
        let information: Double
        let rand: Double

        init(
            _ samples: Int, _ labels: Int, _ leaves: Int, _ noise: Int, _ purity: Double, _ accuracy: Double,
            _ information: Double, _ rand: Double
        ) {
            (self.samples, self.labels, self.leaves, self.noise) = (samples, labels, leaves, noise)
            (self.purity, self.accuracy, self.information, self.rand) = (purity, accuracy, information, rand)
        }

        /// `l = (7 i² + 3 i) mod 11 mod labels`, `p = ((5 i² + i) mod noise + 2 l) mod leaves`.
        var assignments: (labels: [Int], leaves: [Int]) {
            let label = (0..<samples).map { (7 * $0 * $0 + 3 * $0) % 11 % labels }
            let leaf = (0..<samples).map { ((5 * $0 * $0 + $0) % noise + 2 * label[$0]) % leaves }
            return (label, leaf)
        }
        var testDescription: String { "\(samples) samples, \(labels) labels, \(leaves) leaves" }
    }

    static let cases = [
        Case(100, 5, 7, 3, 0.85, 0.67, 0.6439544003109803, 0.4951698348395139),
        Case(1000, 10, 10, 4, 0.638, 0.502, 0.5382839242639644, 0.3350843468051027),
        Case(997, 4, 20, 13, 0.629889669007021, 0.15446339017051153, 0.3412019834043369, 0.11566707069550934),
        Case(500, 10, 3, 2, 0.546, 0.546, 0.5573538995579652, 0.3416097726030458),
        Case(60000, 10, 200, 17, 0.6577833333333334, 0.1177, 0.3814265462711772, 0.10921898069348007),
        Case(50, 1, 6, 5, 1.0, 0.2, 0.0, 0.0),
        Case(50, 6, 1, 5, 0.36, 0.36, 0.0, 0.0),
        Case(12, 12, 12, 1, 0.75, 0.75, 0.8562039713427554, 0.5748792270531401),
        Case(60, 3, 64, 61, 0.85, 0.06666666666666667, 0.21376217467962408, -0.0009292139466916513),
    ]

    @Test(arguments: cases) func agreesWithScikitLearn(_ example: Case) {
        let (labels, leaves) = example.assignments
        let table = ContingencyTable(labels: labels, leaves: leaves)
        #expect(abs(table.leafPurity - example.purity) < 1e-12)
        #expect(abs(table.accuracy - example.accuracy) < 1e-12)
        #expect(abs(table.normalisedMutualInformation - example.information) < 1e-12)
        #expect(abs(table.adjustedRandIndex - example.rand) < 1e-12)
    }

    @Test func gapsInTheIdentifiersChangeNothing() {
        let (labels, leaves) = Self.cases[0].assignments
        let dense = ContingencyTable(labels: labels, leaves: leaves)
        let sparse = ContingencyTable(labels: labels.map { $0 * 3 + 2 }, leaves: leaves.map { $0 * 5 + 1 })
        #expect(sparse.leafPurity == dense.leafPurity)
        #expect(sparse.accuracy == dense.accuracy)
        #expect(sparse.normalisedMutualInformation == dense.normalisedMutualInformation)
        #expect(sparse.adjustedRandIndex == dense.adjustedRandIndex)
    }

    @Test func degenerateCasesFollowScikitLearn() {
        let single = ContingencyTable(labels: [0, 0, 0], leaves: [0, 0, 0])
        #expect(single.normalisedMutualInformation == 1)
        #expect(single.adjustedRandIndex == 1)
        let shattered = ContingencyTable(labels: [0, 0, 0, 0, 0], leaves: [0, 1, 2, 3, 4])
        #expect(shattered.normalisedMutualInformation == 0)
        #expect(shattered.adjustedRandIndex == 0)
        let distinct = ContingencyTable(labels: [0, 1, 2], leaves: [2, 0, 1])
        #expect(distinct.normalisedMutualInformation == 1)
        #expect(distinct.adjustedRandIndex == 1)
        #expect(distinct.accuracy == 1)
        let independent = ContingencyTable(labels: [0, 0, 1, 1], leaves: [0, 1, 0, 1])
        #expect(independent.normalisedMutualInformation == 0)
    }

    @Test func tablesOfRanksAddUp() {
        let (labels, leaves) = Self.cases[1].assignments
        let whole = ContingencyTable(labels: labels, leaves: leaves)
        var sum = ContingencyTable(labelCount: whole.labelCount, leafCount: whole.leafCount)
        for rank in 0..<3 {
            var share = ContingencyTable(labelCount: whole.labelCount, leafCount: whole.leafCount)
            for sample in stride(from: rank, to: labels.count, by: 3) {
                share.add(label: labels[sample], leaf: leaves[sample])
            }
            sum.merge(share)
        }
        #expect(sum == whole)
        #expect(sum.sampleCount == 1000)
        #expect(sum.labelTotals.reduce(0, +) == sum.leafTotals.reduce(0, +))
        sum.withMutableCounts { counts in
            for index in counts.indices { counts[index] *= 2 }
        }
        #expect(sum.sampleCount == 2000)
    }
}
