import Foundation

/// Metrics of a table without a hierarchy. Each needs at least one sample.
extension ContingencyTable {
    /// Share of samples that carry the most frequent label of their leaf; an empty leaf weighs nothing.
    public var leafPurity: Double {
        var best = [Int64](repeating: 0, count: leafCount)
        for label in 0..<labelCount {
            for leaf in 0..<leafCount { best[leaf] = max(best[leaf], self[label, leaf]) }
        }
        return Double(best.reduce(0, +)) / Double(checkedSampleCount)
    }

    /// Share of samples matched by the best assignment of leaves to labels, one to one.
    ///
    /// With more leaves than labels the extra leaves stay unmatched, and the other way round.
    public var accuracy: Double {
        let matching = Assignment.maximising(counts, rows: labelCount, columns: leafCount)
        return Double(matching.total) / Double(checkedSampleCount)
    }

    /// Mutual information over the arithmetic mean of the two entropies, as scikit-learn's
    /// `normalized_mutual_info_score`: 1 if there is one label and one leaf, 0 if only one of them is alone.
    public var normalisedMutualInformation: Double {
        let total = Double(checkedSampleCount)
        let labels = labelTotals
        let leaves = leafTotals
        let labelsUsed = labels.count { $0 > 0 }
        let leavesUsed = leaves.count { $0 > 0 }
        if labelsUsed == 1 && leavesUsed == 1 { return 1 }
        if labelsUsed == 1 || leavesUsed == 1 { return 0 }

        // Summed by size, so that the order of labels and leaves makes no difference.
        var terms: [Double] = []
        for label in 0..<labelCount {
            for leaf in 0..<leafCount where self[label, leaf] > 0 {
                let count = Double(self[label, leaf])
                // One logarithm of an exact quotient of integers, so that independence gives exactly 0.
                let term = count / total * log(count * total / (Double(labels[label]) * Double(leaves[leaf])))
                if abs(term) >= Double.ulpOfOne { terms.append(term) }
            }
        }
        let information = terms.sorted().reduce(0, +)
        guard information > 0 else { return 0 }
        return information / ((entropy(labels, total) + entropy(leaves, total)) / 2)
    }

    /// The Rand index corrected for chance, as scikit-learn's `adjusted_rand_score`: 1 for equal partitions,
    /// degenerate ones included.
    public var adjustedRandIndex: Double {
        let together = counts.reduce(0) { $0 + pairs($1) }
        let sameLabel = labelTotals.reduce(0) { $0 + pairs($1) }
        let sameLeaf = leafTotals.reduce(0) { $0 + pairs($1) }
        if sameLabel == together && sameLeaf == together { return 1 }
        // Pairs as Double: their products pass Int64 at 100,000 samples. `expected` is scaled by the number
        // of pairs on both sides of the fraction.
        let all = Double(pairs(checkedSampleCount))
        let expected = Double(sameLabel) * Double(sameLeaf)
        let mean = (Double(sameLabel) + Double(sameLeaf)) / 2
        return (Double(together) * all - expected) / (mean * all - expected)
    }

    private var checkedSampleCount: Int64 {
        let count = sampleCount
        precondition(count > 0, "a table without samples has no metrics")
        return count
    }

    private func entropy(_ totals: [Int64], _ total: Double) -> Double {
        totals.sorted().reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log(share)
        }
    }
}
