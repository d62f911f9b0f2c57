import Collectives

/// Speed of the sum of floats over all ranks, by message size.
public struct AllreduceBenchmark: Codable, Sendable, Equatable {
    /// One message size.
    public struct Measurement: Codable, Sendable, Equatable {
        /// Bytes of a message.
        public let bytes: Int
        /// Times it was sent.
        public let repetitions: Int
        /// Seconds on the slowest rank: the median over the repetitions.
        public let medianSeconds: Double
        /// Seconds on the slowest rank: the best repetition.
        public let minimumSeconds: Double
        /// `2 (N - 1) / N * bytes / medianSeconds`: what each rank's link must carry, in bytes a second.
        public let busBandwidth: Double

        enum CodingKeys: String, CodingKey {
            case bytes, repetitions
            case medianSeconds = "median_seconds"
            case minimumSeconds = "min_seconds"
            case busBandwidth = "bus_bandwidth"
        }
    }

    /// Number of ranks.
    public let ranks: Int
    /// One for each message size, in the order asked for.
    public let measurements: [Measurement]

    /// 1 KiB to 16 MiB, in steps of four.
    public static let standardSizes = (0..<8).map { 1024 << (2 * $0) }

    /// Measures; collective.
    ///
    /// - Parameters:
    ///   - sizes: bytes of the messages, multiples of 4.
    ///   - repetitions: of each, after two that do not count.
    /// - Throws: ``CollectiveError``.
    public init(
        _ communicator: some Communicator, sizes: [Int] = standardSizes, repetitions: Int = 21
    ) throws(CollectiveError) {
        precondition(repetitions > 0, "a median needs a value")
        ranks = communicator.size
        var measurements: [Measurement] = []
        for bytes in sizes {
            precondition(bytes % MemoryLayout<Float>.stride == 0, "a message is made of floats")
            var message = [Float](repeating: 0, count: bytes / MemoryLayout<Float>.stride)
            var seconds: [Double] = []
            for repetition in -2..<repetitions {
                try communicator.barrier(purpose: "the benchmark")
                let start = ContinuousClock.now
                try communicator.sum(&message, purpose: "the benchmark")
                let end = ContinuousClock.now
                if repetition >= 0 { seconds.append((end - start) / .seconds(1)) }
            }
            try communicator.maximum(&seconds, purpose: "the benchmark")
            seconds.sort()
            let median = seconds[seconds.count / 2]
            let share = 2 * Double(ranks - 1) / Double(ranks)
            measurements.append(
                Measurement(
                    bytes: bytes, repetitions: repetitions, medianSeconds: median, minimumSeconds: seconds[0],
                    busBandwidth: median > 0 ? share * Double(bytes) / median : 0))
        }
        self.measurements = measurements
    }
}
