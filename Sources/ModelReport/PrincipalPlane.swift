/// The first two principal components of weighted vectors.
///
/// Eigenvectors of the weighted covariance by cyclic Jacobi rotations (Golub and Van Loan, *Matrix Computations*, 8.5):
/// latents have few dimensions.
struct PrincipalPlane {
    /// Mean of the vectors, `[dimensions]`.
    let centre: [Double]
    /// The two directions, `[2][dimensions]`; of one dimension the second is zero.
    let axes: [[Double]]
    /// Their shares of the variance, in [0, 1].
    let shares: [Double]

    /// - Parameters:
    ///   - vectors: `[count, dimensions]`.
    ///   - weights: `[count]`, not negative.
    init(_ vectors: [Double], dimensions: Int, weights: [Double]) {
        let total = max(1e-12, weights.reduce(0, +))
        var centre = [Double](repeating: 0, count: dimensions)
        for (row, weight) in weights.enumerated() {
            for i in 0..<dimensions { centre[i] += weight / total * vectors[row * dimensions + i] }
        }
        var covariance = [[Double]](
            repeating: [Double](repeating: 0, count: dimensions), count: dimensions)
        for (row, weight) in weights.enumerated() where weight > 0 {
            for i in 0..<dimensions {
                let scaled = weight / total * (vectors[row * dimensions + i] - centre[i])
                for j in i..<dimensions {
                    covariance[i][j] += scaled * (vectors[row * dimensions + j] - centre[j])
                }
            }
        }
        for i in 0..<dimensions { for j in 0..<i { covariance[i][j] = covariance[j][i] } }
        let (values, directions) = Self.eigen(covariance)
        let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        let variance = max(1e-300, values.reduce(0) { $0 + max(0, $1) })
        self.centre = centre
        axes = (0..<2).map { place in
            guard place < order.count else { return [Double](repeating: 0, count: dimensions) }
            let direction = directions.map { $0[order[place]] }
            // Of the two signs the one that makes the largest part positive: any number of ranks draws the same.
            let largest = direction.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? direction.map { -$0 } : direction
        }
        shares = (0..<2).map { $0 < order.count ? max(0, values[order[$0]]) / variance : 0 }
    }

    /// Eigenvalues of a symmetric matrix, and its eigenvectors as columns.
    private static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        let count = matrix.count
        var a = matrix
        var v = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
        for _ in 0..<50 {
            var rest = 0.0
            for i in 0..<count { for j in 0..<i { rest += a[i][j] * a[i][j] } }
            if rest < 1e-22 * max(1e-300, (0..<count).reduce(0) { $0 + a[$1][$1] * a[$1][$1] }) { break }
            for p in 0..<count {
                for q in (p + 1)..<max(count, p + 1) where abs(a[p][q]) > 1e-300 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<count {
                        (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
                    }
                    for k in 0..<count {
                        (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
                        (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q])
                    }
                }
            }
        }
        return ((0..<count).map { a[$0][$0] }, v)
    }

    /// Places of vectors along the two axes, `[count][2]`.
    func places(of vectors: [Double]) -> [[Double]] {
        let dimensions = centre.count
        return (0..<vectors.count / max(1, dimensions)).map { row in
            axes.map { axis in
                (0..<dimensions).reduce(0) { $0 + axis[$1] * (vectors[row * dimensions + $1] - centre[$1]) }
            }
        }
    }
}
