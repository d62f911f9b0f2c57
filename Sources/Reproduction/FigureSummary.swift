import Sweeps

/// A figure of several runs, beside the paper's.
struct FigureSummary {
    private let ours: SampleStatistics
    /// The paper's; nil where it is not known here.
    let published: PaperFigure?

    /// - Parameter values: one of each run, at least one.
    init(_ values: [Double], published: PaperFigure?) {
        guard let ours = SampleStatistics(values) else { preconditionFailure("a figure of no run") }
        self.ours = ours
        self.published = published
    }

    var mean: Double { ours.mean }
    /// Nil for one run.
    var deviation: Double? { ours.deviation }

    /// Ours less the paper's.
    var difference: Double? { published.map { mean - $0.mean } }

    /// The 95 % t-interval of the difference (Welch); where the paper's deviation is not known it counts as exact. Nil for
    /// one run.
    var interval: ClosedRange<Double>? {
        guard let difference, let deviation, let published else { return nil }
        let count = ours.count
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
