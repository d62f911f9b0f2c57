/// A one-to-one matching of rows to columns of a matrix of weights.
struct Assignment {
    /// Sum of the matched weights.
    let total: Int64
    /// The column of each row, or nil if there are fewer columns than rows and this row got none.
    let columns: [Int?]

    /// The matching of largest total weight, `weights` being `[rows, columns]`, row-major.
    ///
    /// Hungarian method with potentials and shortest augmenting paths, O(s² l) for the shorter side s and
    /// the longer side l (Jonker and Volgenant 1987).
    static func maximising(_ weights: [Int64], rows: Int, columns: Int) -> Assignment {
        if rows > columns {
            let flipped = matching(short: columns, long: rows) { -weights[$1 * columns + $0] }
            var matched = [Int?](repeating: nil, count: rows)
            for (column, row) in flipped.enumerated() { matched[row] = column }
            return Assignment(matched, weights, columns)
        }
        let matched = matching(short: rows, long: columns) { -weights[$0 * columns + $1] }
        return Assignment(matched.map { $0 }, weights, columns)
    }

    private init(_ matched: [Int?], _ weights: [Int64], _ width: Int) {
        columns = matched
        total = matched.enumerated().reduce(0) { sum, match in
            match.element.map { sum + weights[match.offset * width + $0] } ?? sum
        }
    }

    /// For each index of the short side its partner on the long side, at the least total cost.
    private static func matching(short: Int, long: Int, cost: (Int, Int) -> Int64) -> [Int] {
        let free = -1
        var owner = [Int](repeating: free, count: long)
        var shortPotential = [Int64](repeating: 0, count: short)
        var longPotential = [Int64](repeating: 0, count: long)
        var distance = [Int64](repeating: 0, count: long)
        var previous = [Int](repeating: free, count: long)
        var visited = [Bool](repeating: false, count: long)

        for start in 0..<short {
            for index in 0..<long {
                distance[index] = .max
                previous[index] = free
                visited[index] = false
            }
            var row = start
            var column = free
            repeat {
                var nearest = free
                for candidate in 0..<long where !visited[candidate] {
                    let reduced = cost(row, candidate) - shortPotential[row] - longPotential[candidate]
                    if reduced < distance[candidate] {
                        distance[candidate] = reduced
                        previous[candidate] = column
                    }
                    if nearest == free || distance[candidate] < distance[nearest] { nearest = candidate }
                }
                let step = distance[nearest]
                shortPotential[start] += step
                for index in 0..<long {
                    if visited[index] {
                        shortPotential[owner[index]] += step
                        longPotential[index] -= step
                    } else if distance[index] != .max {
                        distance[index] -= step
                    }
                }
                visited[nearest] = true
                column = nearest
                row = owner[nearest]
            } while row != free

            // Shift the owners along the path that was found, back to `start`.
            while column != free {
                let before = previous[column]
                owner[column] = before == free ? start : owner[before]
                column = before
            }
        }

        var partner = [Int](repeating: free, count: short)
        for (index, row) in owner.enumerated() where row != free { partner[row] = index }
        return partner
    }
}
