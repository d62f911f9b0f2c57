/// The time of a sum over all ranks as a straight line in the size of the message:
/// `latency + 2 (N - 1) / N * bytes / bandwidth`.
public struct AllreduceModel: Codable, Sendable, Equatable {
    /// Number of ranks.
    public let ranks: Int
    /// Seconds that the smallest message takes.
    public let latency: Double
    /// What each rank's link carries, in bytes a second.
    public let bandwidth: Double

    enum CodingKeys: String, CodingKey {
        case ranks, bandwidth
        case latency = "latency_seconds"
    }

    /// Bytes of a message that takes little more than the latency.
    public static let smallMessage = 64

    /// A line of known latency and bandwidth.
    public init(ranks: Int, latency: Double, bandwidth: Double) {
        self.ranks = ranks
        self.latency = latency
        self.bandwidth = bandwidth
    }

    /// The line through the medians of a benchmark's first and last message, which differ in size.
    public init(_ benchmark: AllreduceBenchmark) {
        let (first, last) = (benchmark.measurements.first!, benchmark.measurements.last!)
        precondition(first.bytes < last.bytes, "a line goes through two sizes")
        let share = 2 * Double(benchmark.ranks - 1) / Double(benchmark.ranks)
        // Whatever the noise, a larger message does not take less time than a smaller one.
        let difference = max(last.medianSeconds - first.medianSeconds, 1e-9)
        ranks = benchmark.ranks
        bandwidth = share * Double(last.bytes - first.bytes) / difference
        latency = bandwidth > 0 ? max(0, first.medianSeconds - share * Double(first.bytes) / bandwidth) : 0
    }

    /// Seconds for a message.
    public func seconds(bytes: Int) -> Double {
        latency + 2 * Double(ranks - 1) / Double(ranks) * Double(bytes) / bandwidth
    }
}
