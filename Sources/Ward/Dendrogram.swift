import ClusterMetrics

/// A hierarchy of merges, as SciPy's linkage matrices have it.
public struct Dendrogram: Sendable, Equatable {
    /// Two clusters become one.
    public struct Merge: Sendable, Equatable {
        /// The cluster with the smaller number: points are numbered from 0 on, then the merges in their order.
        public let first: Int
        /// The other cluster.
        public let second: Int
        /// The distance at which they merge: the root of twice the increase of the sum of squares, between two points their
        /// distance.
        public let height: Double
        /// Points of the new cluster.
        public let size: Int
    }

    /// Points.
    public let leafCount: Int
    /// From the lowest to the highest.
    public let merges: [Merge]

    /// Sorts merges of which each comes after those that made its clusters, and numbers them anew.
    init(leafCount: Int, unordered: [Merge]) {
        self.leafCount = leafCount
        // Rounding must not put a merge below those that it rests on.
        var heights: [Double] = []
        for merge in unordered {
            let below = [merge.first, merge.second].map { $0 < leafCount ? 0 : heights[$0 - leafCount] }
            heights.append(max(merge.height, below[0], below[1]))
        }
        let order = unordered.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
        var numbers = [Int](repeating: 0, count: unordered.count)
        for (number, index) in order.enumerated() { numbers[index] = leafCount + number }
        func number(_ cluster: Int) -> Int { cluster < leafCount ? cluster : numbers[cluster - leafCount] }
        merges = order.map { index in
            let merge = unordered[index]
            let (first, second) = (number(merge.first), number(merge.second))
            return Merge(
                first: min(first, second), second: max(first, second), height: heights[index],
                size: merge.size)
        }
    }

    /// The flat clusters that the last merges have left apart.
    ///
    /// - Parameter clusters: 1 to the number of points.
    /// - Returns: a number for each point; clusters are numbered from 0 in the order of their first points.
    public func cut(into clusters: Int) -> [Int32] {
        let kept = leafCount - clusters
        var owner = [Int](repeating: -1, count: leafCount + kept)
        for index in (0..<kept).reversed() {
            let own = owner[leafCount + index] < 0 ? leafCount + index : owner[leafCount + index]
            (owner[merges[index].first], owner[merges[index].second]) = (own, own)
        }
        var numbers: [Int: Int32] = [:]
        return (0..<leafCount).map { point in
            let own = owner[point] < 0 ? point : owner[point]
            let number = numbers[own] ?? Int32(numbers.count)
            numbers[own] = number
            return number
        }
    }

    /// The tree above the clusters of a cut.
    ///
    /// - Returns: a hierarchy whose leaf `k` is cluster `k` of ``cut(into:)``.
    public func hierarchy(above clusters: Int) -> Hierarchy {
        let flat = cut(into: clusters)
        let kept = leafCount - clusters
        // The first point of each cluster of this dendrogram tells which flat one it is.
        var firstPoint = Array(0..<leafCount)
        for merge in merges.prefix(kept) { firstPoint.append(firstPoint[merge.first]) }
        // The upper merges from the root down, then the flat clusters.
        let inner = clusters - 1
        func node(_ cluster: Int) -> Int {
            cluster >= leafCount + kept
                ? leafCount + merges.count - 1 - cluster : inner + Int(flat[firstPoint[cluster]])
        }
        var parents = [Int?](repeating: nil, count: inner + clusters)
        for (index, merge) in merges.enumerated().dropFirst(kept) {
            for cluster in [merge.first, merge.second] { parents[node(cluster)] = node(leafCount + index) }
        }
        do {
            return try Hierarchy(parents: parents, leaves: Array(inner..<inner + clusters))
        } catch {
            preconditionFailure("the upper merges are a hierarchy: \(error)")
        }
    }

    /// The five metrics of the tree that is cut into flat clusters.
    ///
    /// - Parameter labels: one for each point.
    public func scores(clusters: Int, labels: [Int32], classes: Int) -> ClusterScores {
        var table = ContingencyTable(labelCount: classes, leafCount: clusters)
        for (label, cluster) in zip(labels, cut(into: clusters)) {
            table.add(label: Int(label), leaf: Int(cluster))
        }
        return ClusterScores(table, over: hierarchy(above: clusters))
    }

    /// The whole tree in the Newick format: names of the points, and branches as long as the difference of heights.
    ///
    /// - Parameter name: that of a point.
    public func newick(name: (Int) -> String) -> String {
        var parents = [Int?](repeating: nil, count: leafCount + merges.count)
        func height(_ cluster: Int) -> Double { cluster < leafCount ? 0 : merges[cluster - leafCount].height }
        for (index, merge) in merges.enumerated() {
            (parents[merge.first], parents[merge.second]) = (leafCount + index, leafCount + index)
        }
        do {
            let tree = try Hierarchy(
                parents: parents, names: parents.indices.map { $0 < leafCount ? name($0) : nil },
                branchLengths: parents.enumerated().map { cluster, parent in
                    parent.map { height($0) - height(cluster) }
                })
            return Newick.write(tree)
        } catch {
            preconditionFailure("merges are a hierarchy: \(error)")
        }
    }
}
