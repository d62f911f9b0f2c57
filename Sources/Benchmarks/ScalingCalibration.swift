import Checkpoints
import Collectives
import Configuration
import Kernels
import Training

/// What the time of a step on any number of ranks is made of, measured in one job; see ``ScalingPrediction``.
public struct ScalingCalibration: Encodable, Sendable {
    /// Bytes of the gradients, and of the parameters.
    public let parameterBytes: Int
    /// What a step costs one rank that holds the whole batch.
    public let alone: StepCost
    /// What it costs each of several ranks, by the samples that it holds, ascending.
    public let costs: [StepCost]
    /// Between two ranks of one machine; nil if no machine has two.
    public let withinHost: Link?
    /// Between two ranks of different machines; nil if there is but one.
    public let betweenHosts: Link?

    enum CodingKeys: String, CodingKey {
        case alone, costs
        case parameterBytes = "parameter_bytes"
        case withinHost = "within_host"
        case betweenHosts = "between_hosts"
    }

    /// What is known already.
    public init(
        parameterBytes: Int, alone: StepCost, costs: [StepCost], withinHost: Link?, betweenHosts: Link?
    ) {
        precondition(!costs.isEmpty, "a step costs something")
        self.parameterBytes = parameterBytes
        self.alone = alone
        self.costs = costs
        self.withinHost = withinHost
        self.betweenHosts = betweenHosts
    }

    /// Measures; collective.
    ///
    /// - Parameters:
    ///   - configuration: its batch size is the most samples that a rank may hold; the batch halved, and halved
    ///     again, down to the kernels' alignment, is what else is measured.
    ///   - leaves: of the balanced tree that is trained.
    ///   - seconds: about how long to measure each cost. All of them take their turn three times.
    /// - Throws: `CollectiveError`; ``TrainingError`` where there is no such tree.
    public init<R: Scalar>(
        _ configuration: Configuration, leaves: Int, communicator: any Communicator, seconds: Double = 3,
        scalar: R.Type
    ) throws {
        let bytes = try ExchangeSizes(configuration, leaves: leaves, scalar: scalar).tree
        let hosts = try communicator.hosts(purpose: "the benchmark")
        func link(_ isWithin: Bool) throws -> Link? {
            let other = hosts.indices.dropFirst().first { (hosts[$0] == hosts[0]) == isWithin }
            return try other.map {
                try communicator.link(between: [0, $0], bytes: bytes, purpose: "the benchmark")
            }
        }
        var shares = [configuration.training.batchSize]
        while let last = shares.last, last > columnAlignment { shares.append(paddedStride(last / 2)) }
        let rounds = 3
        func cost(_ samples: Int, lanes: Int) throws -> StepCost {
            try StepCost(
                samples: samples, configuration, leaves: leaves, communicator: communicator, lanes: lanes,
                seconds: seconds / Double(rounds), scalar: scalar)
        }
        func middle(_ costs: [StepCost]) -> StepCost {
            costs.sorted { $0.milliseconds < $1.milliseconds }[costs.count / 2]
        }
        var alone: [StepCost] = []
        var measured = shares.map { _ in [StepCost]() }
        for _ in 0..<rounds {
            alone.append(try cost(shares[0], lanes: 1))
            for (index, samples) in shares.enumerated() {
                measured[index].append(try cost(samples, lanes: sumLanes))
            }
        }
        self.init(
            parameterBytes: bytes, alone: middle(alone), costs: measured.reversed().map(middle),
            withinHost: try link(true), betweenHosts: try link(false))
    }

    /// The cost of a step to a rank that holds so many samples: between two that were measured, on the line through
    /// them. Fewer than the fewest cost as much as they, since kernels work on whole vectors.
    ///
    /// - Parameter samples: at most as many as were measured.
    package func cost(samples: Int) -> StepCost {
        guard let above = costs.first(where: { $0.samples >= samples }) else {
            preconditionFailure("\(samples) samples on a rank are more than were measured")
        }
        guard let below = costs.last(where: { $0.samples < samples }), samples < above.samples else {
            return above
        }
        let share = Double(samples - below.samples) / Double(above.samples - below.samples)
        func between(_ path: KeyPath<StepCost, Double>) -> Double {
            below[keyPath: path] + share * (above[keyPath: path] - below[keyPath: path])
        }
        return StepCost(
            samples: samples, milliseconds: between(\.milliseconds), optimiser: between(\.optimiser),
            awaited: above.awaited, covered: above.covered, cover: between(\.cover),
            exchangedBytes: above.exchangedBytes)
    }
}
