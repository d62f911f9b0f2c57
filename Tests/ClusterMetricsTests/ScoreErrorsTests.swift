import Testing

@testable import ClusterMetrics

@Suite struct ScoreErrorsTests {
    /// The jackknife as its definition has it: the metrics without each sample, one after the other.
    @Test func errorsAreThoseOfTheJackknife() throws {
        let labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
        let leaves = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 0]
        let hierarchy = try Hierarchy(parents: [nil, 0, 0, 1, 1], leaves: [2, 3, 4])
        let errors = ClusterScores.errors(ContingencyTable(labels: labels, leaves: leaves), over: hierarchy)
        let replicates = labels.indices.map { left in
            let rest = labels.indices.filter { $0 != left }
            return ClusterScores(
                ContingencyTable(labels: rest.map { labels[$0] }, leaves: rest.map { leaves[$0] }),
                over: hierarchy)
        }
        let count = Double(labels.count)
        for (metric, error) in [
            (\ClusterScores.dp, errors.dp), (\.lp, errors.lp), (\.acc, errors.acc), (\.nmi, errors.nmi),
            (\.ari, errors.ari),
        ] {
            let values = replicates.map { $0[keyPath: metric] }
            let mean = values.reduce(0, +) / count
            let variance = (count - 1) / count * values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            #expect(abs(error - variance.squareRoot()) < 1e-12 && error > 0)
        }
    }

    /// Of a share, the leaf purity of two leaves of their own, it is the standard error that everybody knows.
    @Test func errorOfAShareIsTheBinomialOne() throws {
        var table = ContingencyTable(labelCount: 2, leafCount: 2)
        for index in 0..<100 { table.add(label: index < 50 ? 0 : 1, leaf: index < 40 || index >= 90 ? 0 : 1) }
        let errors = ClusterScores.errors(table, over: try Hierarchy(parents: [nil, 0, 0], leaves: [1, 2]))
        #expect(abs(errors.lp - (0.8 * 0.2 / 99).squareRoot()) < 1e-9)
    }
}
