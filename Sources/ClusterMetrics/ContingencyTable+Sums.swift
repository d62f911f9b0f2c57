extension ContingencyTable {
    /// All samples.
    public var sampleCount: Int64 { counts.reduce(0, +) }

    /// Samples of each label, `[labelCount]`.
    public var labelTotals: [Int64] {
        (0..<labelCount).map { label in
            counts[label * leafCount..<(label + 1) * leafCount].reduce(0, +)
        }
    }

    /// Samples in each leaf, `[leafCount]`.
    public var leafTotals: [Int64] {
        var totals = [Int64](repeating: 0, count: leafCount)
        for label in 0..<labelCount {
            for leaf in 0..<leafCount { totals[leaf] += self[label, leaf] }
        }
        return totals
    }
}

/// Unordered pairs among `count` samples: `count (count - 1) / 2`.
func pairs(_ count: Int64) -> Int64 { count * (count - 1) / 2 }
