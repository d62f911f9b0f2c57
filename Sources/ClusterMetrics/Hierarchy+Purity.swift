extension Hierarchy {
    /// Dendrogram purity (Kobren et al. 2017), exact over all pairs of samples with one label.
    ///
    /// For a pair drawn at random among all pairs of equal label: the expected share of that label among
    /// the samples below their lowest common ancestor. One pass from the leaves to the root: with `f_k` samples
    /// of label k among the `s` below a node, the pairs of label k whose lowest common ancestor is that node are
    /// `C(f_k, 2)` less the same of its children, for any number of children.
    ///
    /// - Parameter table: samples, its leaf `k` being node `leaves[k]`.
    /// - Returns: 1 if no two samples share a label, for then no pair is torn apart.
    public func dendrogramPurity(of table: ContingencyTable) -> Double {
        precondition(table.leafCount == leaves.count, "a table has one column for each leaf")
        let labels = table.labelCount
        let allPairs = table.labelTotals.reduce(0) { $0 + pairs($1) }
        guard allPairs > 0 else { return 1 }

        var below = [Int64](repeating: 0, count: parents.count * labels)
        var split = [Int64](repeating: 0, count: parents.count * labels)
        for (column, node) in leaves.enumerated() {
            for label in 0..<labels { below[node * labels + label] = table[label, column] }
        }

        var weighted: [Double] = []
        for node in parentsFirst.reversed() {
            let own = node * labels
            let size = (0..<labels).reduce(Int64(0)) { $0 + below[own + $1] }
            guard size > 0 else { continue }
            var pure = 0.0
            for label in 0..<labels {
                let count = below[own + label]
                // `split` holds the pairs that meet below a child already.
                pure += Double(count) * Double(pairs(count) - split[own + label])
                if let parent = parents[node] {
                    below[parent * labels + label] += count
                    split[parent * labels + label] += pairs(count)
                }
            }
            weighted.append(pure / Double(size))
        }
        // Summed by size, so that the numbering of the nodes makes no difference.
        return weighted.sorted().reduce(0, +) / Double(allPairs)
    }
}
