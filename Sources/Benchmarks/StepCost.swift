import Checkpoints
import Collectives
import Configuration

/// What a training step costs a rank that holds some samples of a batch, without what it waits for.
public struct StepCost: Encodable, Sendable, Equatable {
    /// Samples that the rank holds.
    public let samples: Int
    /// Duration of a step on one rank, in milliseconds; Adam updates all parameters.
    public let milliseconds: Double
    /// The share of Adam in it, in milliseconds.
    public let optimiser: Double
    /// Exchanges of batch-norm moments that the rank has to wait for.
    public let awaited: Int
    /// Exchanges of batch-norm moments while the rank goes on with other networks.
    public let covered: Int
    /// How long it does so during each of them, in milliseconds.
    public let cover: Double
    /// Bytes of all exchanges.
    public let exchangedBytes: Int

    enum CodingKeys: String, CodingKey {
        case samples
        case milliseconds = "step_ms"
        case optimiser = "optimiser_ms"
        case awaited = "awaited_exchanges"
        case covered = "covered_exchanges"
        case cover = "cover_ms"
        case exchangedBytes = "exchanged_bytes"
    }

    /// A cost that is known.
    public init(
        samples: Int, milliseconds: Double, optimiser: Double, awaited: Int, covered: Int, cover: Double,
        exchangedBytes: Int
    ) {
        self.samples = samples
        self.milliseconds = milliseconds
        self.optimiser = optimiser
        self.awaited = awaited
        self.covered = covered
        self.cover = cover
        self.exchangedBytes = exchangedBytes
    }

    /// Measures steps of a batch of so many samples on this rank alone, on all ranks at once: the mean over the ranks
    /// of `communicator`; collective.
    ///
    /// - Parameter lanes: of the exchange of batch-norm moments: what one rank has, or each of several.
    package init<R: Scalar>(
        samples: Int, _ configuration: Configuration, leaves: Int, communicator: any Communicator,
        lanes: Int, seconds: Double, scalar: R.Type
    ) throws {
        var configuration = configuration
        configuration.training.batchSize = samples
        let bench = try StepBench<R>(
            configuration, leaves: leaves, isRouted: false, communicator: SoloCommunicator(),
            lanes: lanes)
        try communicator.barrier(purpose: "the benchmark")
        let timing = try Timing(for: seconds, bench.steps)
        let stages = try bench.stages(repetitions: max(5, timing.count / 3))
        // Ranks that are done must not leave the machine to the others before all of them are.
        try communicator.barrier(purpose: "the benchmark")
        let exchanges = stages.exchanges
        let cover = exchanges.covered > 0 ? exchanges.coveringSeconds / Double(exchanges.covered) * 1e3 : 0
        var sums = [timing.medianMilliseconds, stages.optimiser, cover]
        try communicator.sum(&sums, purpose: "the benchmark")
        let means = sums.map { $0 / Double(communicator.size) }
        self.init(
            samples: samples, milliseconds: means[0], optimiser: means[1], awaited: exchanges.awaited,
            covered: exchanges.covered, cover: means[2], exchangedBytes: exchanges.bytes)
    }
}
