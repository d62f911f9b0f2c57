import Checkpoints
import Collectives
import Configuration
import Inference

/// How long it takes to find the leaf probabilities of new samples: encoder, bottom-up chain and inference
/// routers with running statistics; nothing is sampled or decoded.
public struct AssignBenchmark: Encodable, Sendable {
    /// Number of ranks.
    public let ranks: Int
    /// Leaves of the tree.
    public let leaves: Int
    /// Samples of a batch, over all ranks.
    public let batch: Int
    /// Type of parameters and activations.
    public let precision: Configuration.Precision
    /// Duration of a batch, on the slowest rank: the mean over the batches of a pass, for many passes.
    public let timing: Timing
    /// Samples of all ranks a second, at the median.
    public let samplesPerSecond: Double

    private enum CodingKeys: String, CodingKey {
        case ranks, leaves, batch, precision
        case samplesPerSecond = "samples_per_second"
    }

    /// One object; the times stand beside the rest.
    public func encode(to encoder: any Encoder) throws {
        try timing.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ranks, forKey: .ranks)
        try container.encode(leaves, forKey: .leaves)
        try container.encode(batch, forKey: .batch)
        try container.encode(precision, forKey: .precision)
        try container.encode(samplesPerSecond, forKey: .samplesPerSecond)
    }

    /// Measures; collective.
    ///
    /// - Parameters:
    ///   - configuration: architecture and batch size.
    ///   - leaves: of the balanced tree.
    ///   - seconds: about how long to measure.
    /// - Throws: `CollectiveError`; ``TrainingError`` where there is no such tree.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, communicator: any Communicator, seconds: Double = 3,
        scalar: R.Type
    ) throws {
        let subject = try BenchSubject<R>(
            configuration, leaves: leaves, training: false, communicator: communicator)
        let evaluator = Evaluator(
            model: subject.model, communicator: communicator, sliceColumns: subject.division.sliceColumns)
        timing = try Timing(for: seconds) { count in
            var seconds: [Double] = []
            for _ in 0..<count {
                try communicator.barrier(purpose: "the benchmark")
                let duration = try ContinuousClock().measure {
                    try evaluator.forEachLeafProbabilities(of: subject.dataset) { _, _ in }
                }
                seconds.append(duration / .seconds(1))
            }
            try communicator.maximum(&seconds, purpose: "the benchmark")
            return seconds
        }.divided(by: BenchSubject<R>.batches)
        ranks = communicator.size
        self.leaves = leaves
        batch = configuration.training.batchSize
        precision = configuration.precision
        samplesPerSecond = Double(batch) / timing.medianMilliseconds * 1e3
    }
}
