import Foundation

/// Mean and variance of every feature over some samples.
struct FeatureMoments {
    let count: Int
    let means: [Double]
    let variances: [Double]

    /// Features by their part in the Kullback-Leibler divergence of these means from those of all, both taken as
    /// distributions over features: p ln(p / q). Words that are frequent everywhere have small parts.
    func distinctive(among all: FeatureMoments, most: Int) -> [Int] {
        let (mine, theirs) = (means.reduce(0, +), all.means.reduce(0, +))
        guard mine > 0, theirs > 0 else { return [] }
        let parts = means.indices.map { feature -> Double in
            let (p, q) = (means[feature] / mine, all.means[feature] / theirs)
            return p > 0 && q > 0 ? p * log(p / q) : 0
        }
        return top(most, of: parts).filter { parts[$0] > 0 }
    }

    /// Features by the size of Cohen's d, the difference of means in pooled standard deviations.
    func contrasts(with other: FeatureMoments, most: Int) -> [(feature: Int, difference: Double)] {
        let (mine, theirs) = (Double(count), Double(other.count))
        let differences = means.indices.map { feature -> Double in
            let difference = means[feature] - other.means[feature]
            let pooled = (mine * variances[feature] + theirs * other.variances[feature]) / (mine + theirs)
            // A feature without any variance tells the two apart for sure, and more than that says no number.
            return difference == 0 ? 0 : max(-99, min(99, difference / max(1e-12, pooled.squareRoot())))
        }
        return top(most, of: differences.map(abs)).filter { differences[$0] != 0 }.map {
            ($0, differences[$0])
        }
    }

    /// Indices of the largest values, the first of equals first.
    private func top(_ most: Int, of values: [Double]) -> [Int] {
        Array(values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }.prefix(most))
    }
}
