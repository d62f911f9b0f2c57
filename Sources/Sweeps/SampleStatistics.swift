/// Mean and deviation of one number of several runs.
package struct SampleStatistics {
    /// Values.
    package let count: Int
    /// Their mean.
    package let mean: Double
    /// Their deviation as that of a sample, over the number of values less one; nil for one value.
    package let deviation: Double?

    /// Nil without values.
    package init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        count = values.count
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        deviation =
            values.count > 1
            ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
            : nil
    }
}
