/// What turns the values of columns, each in a unit of its own, into multiples of their standard deviations.
public struct Standardisation: Sendable, Equatable {
    /// Mean of each feature, `[features]`.
    public let means: [Double]
    /// Standard deviation of each feature, `[features]`, above 0.
    public let deviations: [Double]

    /// Means and deviations, as many of one as of the other.
    public init(means: [Double], deviations: [Double]) {
        precondition(means.count == deviations.count, "a mean and a deviation for each feature")
        self.means = means
        self.deviations = deviations
    }

    /// A value of a feature as it was before, in the unit of its column.
    public func restored(_ value: Double, feature: Int) -> Double {
        value * deviations[feature] + means[feature]
    }
}
