extension ClusterTree {
    /// Splits the leaf with the largest sum of squared distances from its centre, or the root that is alone, where two-means
    /// finds the points of the leaf to gather; a leaf whose points do not differ leaves it to the next.
    ///
    /// - Parameters:
    ///   - points: `[points, dimensions]`; each belongs to its nearest leaf.
    ///   - restarts: of two-means.
    ///   - key: what its random starts depend on.
    package mutating func grow(points: [Double], restarts: Int, key: UInt64) {
        let (dimensions, leaves) = (nodes[0].centre.count, leaves)
        let owners = ClusterLoss(self).nearest(rows: points)
        var squares = [Double](repeating: 0, count: leaves.count)
        for (row, owner) in owners.enumerated() {
            let centre = nodes[leaves[Int(owner)]].centre
            for dimension in 0..<dimensions {
                let difference = points[row * dimensions + dimension] - centre[dimension]
                squares[Int(owner)] += difference * difference
            }
        }
        for index in leaves.indices.sorted(by: { (squares[$1], $0) < (squares[$0], $1) }) {
            var members: [Double] = []
            for (row, owner) in owners.enumerated() where Int(owner) == index {
                members += points[row * dimensions..<(row + 1) * dimensions]
            }
            guard
                let found = TwoMeans(members, dimensions: dimensions, restarts: restarts, key: key)
            else { continue }
            return split(leaves[index], at: found.centres[0], found.centres[1])
        }
    }
}
