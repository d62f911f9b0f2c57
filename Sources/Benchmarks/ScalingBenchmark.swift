import Checkpoints
import Collectives
import Configuration
import Training

/// How training steps scale with the number of ranks, measured within one job: the first `n` ranks train while the
/// others sleep, for one `n` after another.
public struct ScalingBenchmark: Encodable, Sendable {
    /// Number of ranks of the job.
    public let ranks: Int
    /// Leaves of the tree.
    public let leaves: Int
    /// Type of parameters and activations.
    public let precision: Configuration.Precision
    /// The same global batch on more and more ranks.
    public let strong: [Point]
    /// The same batch per rank on more and more ranks.
    public let weak: [Point]
    /// The sum over all ranks, for each number of ranks from two on: a line through the times of a message of
    /// some bytes and of one as large as the gradients.
    public let allreduce: [AllreduceModel]

    /// One number of ranks.
    public struct Point: Encodable, Sendable {
        /// Number of ranks.
        public let ranks: Int
        /// Samples of a batch, over all these ranks.
        public let batch: Int
        /// Duration of a step, on the slowest rank, in milliseconds: the median.
        public let milliseconds: Double
        /// What a step on one rank lets expect, over ``milliseconds``: 1 is ideal.
        public let efficiency: Double
        /// Milliseconds of a step in which gradients are exchanged, waiting for slower ranks included: the mean
        /// over the ranks.
        public let gradientExchange: Double
        /// The same for batch-norm moments.
        public let batchNormExchange: Double
        /// The share of both exchanges in the stages of a step.
        public let communicationShare: Double
        /// The rank that computes for the longest time.
        public let slowestRank: Int
        /// The time that it computes, over the mean of all ranks.
        public let imbalance: Double

        enum CodingKeys: String, CodingKey {
            case ranks, batch, efficiency, imbalance
            case milliseconds = "step_ms"
            case gradientExchange = "gradient_exchange_ms"
            case batchNormExchange = "batch_norm_exchange_ms"
            case communicationShare = "communication_share"
            case slowestRank = "slowest_rank"
        }
    }

    /// The numbers of ranks that are measured: each up to 4, then doubled, and all of them.
    package static func counts(upTo ranks: Int) -> [Int] {
        var counts = Array(1...min(4, ranks))
        while counts[counts.count - 1] < ranks { counts.append(min(ranks, 2 * counts[counts.count - 1])) }
        return counts
    }

    /// Measures; collective.
    ///
    /// All numbers of ranks take their turn three times, and of the three figures the middle one counts: what else
    /// the machine does then meets all of them.
    ///
    /// - Parameters:
    ///   - configuration: architecture and optimiser; its batch size is the global batch of strong scaling, and
    ///     each rank's batch of weak scaling.
    ///   - leaves: of the balanced tree that is trained.
    ///   - seconds: about how long to measure each number of ranks and kind of scaling.
    /// - Throws: `CollectiveError`; ``TrainingError`` where there is no such tree.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, communicator: any Communicator, seconds: Double = 3,
        scalar: R.Type
    ) throws {
        let counts = Self.counts(upTo: communicator.size)
        let size = configuration.training.batchSize
        let rounds = 3
        let gradients = try ExchangeSizes(configuration, leaves: leaves, scalar: scalar).tree
        var strong = counts.map { _ in [ScalingMeasurement]() }
        var weak = strong
        var lines = counts.map { AllreduceModel(ranks: $0, latency: 0, bandwidth: 0) }
        for round in 0..<rounds {
            for (index, count) in counts.enumerated() {
                let group = try communicator.split(
                    group: communicator.rank < count ? 0 : nil, purpose: "the benchmark")
                if let group {
                    func measure(batch: Int) throws -> ScalingMeasurement {
                        var configuration = configuration
                        configuration.training.batchSize = batch
                        return try ScalingMeasurement(
                            StepBench<R>(configuration, leaves: leaves, isRouted: false, communicator: group),
                            seconds: seconds / Double(rounds))
                    }
                    strong[index].append(try measure(batch: size))
                    // On one rank both are the same.
                    weak[index].append(
                        count == 1 ? strong[index][round] : try measure(batch: count * size))
                    if count > 1, round == 0 {
                        lines[index] = AllreduceModel(
                            try AllreduceBenchmark(group, sizes: [AllreduceModel.smallMessage, gradients]))
                    }
                    try group.finalize()
                }
                try communicator.rest(purpose: "the benchmark of other ranks")
            }
        }
        let strongMedians = try strong.map { try ScalingMeasurement.median(of: $0, communicator) }
        let weakMedians = try weak.map { try ScalingMeasurement.median(of: $0, communicator) }
        var numbers = lines.flatMap { [$0.latency, $0.bandwidth] }
        try communicator.maximum(&numbers, purpose: "the benchmark")

        ranks = communicator.size
        self.leaves = leaves
        precision = configuration.precision
        self.strong = zip(counts, strongMedians).map { count, measurement in
            measurement.point(
                ranks: count, batch: size, ideal: strongMedians[0].milliseconds / Double(count))
        }
        self.weak = zip(counts, weakMedians).map { count, measurement in
            measurement.point(ranks: count, batch: count * size, ideal: weakMedians[0].milliseconds)
        }
        allreduce = counts.indices.dropFirst().map {
            AllreduceModel(ranks: counts[$0], latency: numbers[2 * $0], bandwidth: numbers[2 * $0 + 1])
        }
    }
}
