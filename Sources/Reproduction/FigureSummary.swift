/// A figure of several runs, beside the paper's.
struct FigureSummary {
    /// Runs.
    let count: Int
    let mean: Double
    /// Of a sample, over the number of runs less one; nil for one run.
    let deviation: Double?
    /// The paper's; nil where it is not known here.
    let published: PaperFigure?

    /// - Parameter values: one of each run, at least one.
    init(_ values: [Double], published: PaperFigure?) {
        count = values.count
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        deviation =
            values.count > 1
            ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
            : nil
        self.published = published
    }

    /// Ours less the paper's.
    var difference: Double? { published.map { mean - $0.mean } }

    /// The 95 % t-interval of the difference (Welch); where the paper's deviation is not known it counts as exact. Nil for
    /// one run.
    var interval: ClosedRange<Double>? {
        guard let difference, let deviation, let published else { return nil }
        let ours = deviation * deviation / Double(count)
        let theirs = published.deviation.map { $0 * $0 / Double(PaperFigure.runs) } ?? 0
        let error = (ours + theirs).squareRoot()
        guard error > 0 else { return difference...difference }
        let freedom =
            (ours + theirs) * (ours + theirs)
            / (ours * ours / Double(count - 1) + theirs * theirs / Double(PaperFigure.runs - 1))
        let width = error * StudentDistribution(freedom: freedom).bound(of: 0.95)
        return difference - width...difference + width
    }
}
