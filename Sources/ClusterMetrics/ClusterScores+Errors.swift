extension ClusterScores {
    /// Standard errors of the metrics: how much they would differ between data sets of this size. The jackknife (Efron,
    /// *The Jackknife, the Bootstrap and Other Resampling Plans*, 1982, chapter 3): the metrics without each sample, which
    /// are alike for all samples of one label and leaf.
    ///
    /// - Parameters:
    ///   - table: the table of the metrics.
    ///   - hierarchy: the tree over its leaves.
    public static func errors(_ table: ContingencyTable, over hierarchy: Hierarchy) -> ClusterScores {
        let total = Double(table.counts.reduce(0, +))
        var replicates: [(scores: ClusterScores, count: Double)] = []
        for (place, count) in table.counts.enumerated() where count > 0 && total > 1 {
            var without = table
            without.withMutableCounts { $0[place] -= 1 }
            replicates.append((ClusterScores(without, over: hierarchy), Double(count)))
        }
        func error(_ metric: (ClusterScores) -> Double) -> Double {
            let mean = replicates.reduce(0) { $0 + $1.count * metric($1.scores) } / max(1, total)
            let squares = replicates.reduce(0) { sum, replicate in
                let difference = metric(replicate.scores) - mean
                return sum + replicate.count * difference * difference
            }
            return total > 1 ? (squares * (total - 1) / total).squareRoot() : 0
        }
        return ClusterScores(
            dp: error(\.dp), lp: error(\.lp), acc: error(\.acc), nmi: error(\.nmi), ari: error(\.ari))
    }
}
