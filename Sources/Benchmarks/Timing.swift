/// How long something takes that was done many times.
public struct Timing: Encodable, Sendable {
    /// The median, in milliseconds.
    public let medianMilliseconds: Double
    /// The best, in milliseconds.
    public let minimumMilliseconds: Double
    /// How often it was done.
    public let count: Int

    private enum CodingKeys: String, CodingKey {
        case medianMilliseconds = "median_ms"
        case minimumMilliseconds = "min_ms"
        case count = "repetitions"
    }

    /// Takes as many times as fit into a duration, at least five.
    ///
    /// Cold memory and lazily bound libraries make the first runs slow: three go ahead, and the best of them
    /// says how many fit.
    ///
    /// - Parameters:
    ///   - duration: about how long to measure, in seconds.
    ///   - run: does it so many times and returns the seconds of each, the same on all ranks.
    package init(for duration: Double, _ run: (_ count: Int) throws -> [Double]) rethrows {
        let warm = try run(3).min() ?? 1
        let sorted = try run(Int(min(10_000, max(5, (duration / warm).rounded())))).sorted()
        count = sorted.count
        medianMilliseconds = sorted[sorted.count / 2] * 1e3
        minimumMilliseconds = sorted[0] * 1e3
    }

    private init(medianMilliseconds: Double, minimumMilliseconds: Double, count: Int) {
        self.medianMilliseconds = medianMilliseconds
        self.minimumMilliseconds = minimumMilliseconds
        self.count = count
    }

    /// The time of one of `parts` equal parts.
    package func divided(by parts: Int) -> Timing {
        Timing(
            medianMilliseconds: medianMilliseconds / Double(parts),
            minimumMilliseconds: minimumMilliseconds / Double(parts), count: count)
    }
}
