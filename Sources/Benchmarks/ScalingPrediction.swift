import Batches
import Checkpoints
import Collectives
import Configuration

/// The time of a training step on any number of ranks, from measured parts:
///
///     step = computing(samples) - Adam (1 - part) + gradients + moments + agreement
///
/// Computing is what a step costs one rank with its share of the batch; Adam updates this rank's part of the
/// parameters alone. The rest are messages between pairs of ranks, in the rounds of the communicator's reduction tree:
/// of gradients, summed in halves of halves and collected again; of batch-norm moments, many small ones, of which most
/// cost only what they take longer than the computing that goes on meanwhile; and of the leave to go on. Neighbouring ranks meet first, so that a round goes over the network only if it is wider than a
/// machine, and all ranks of a machine share its link. Waiting for slower ranks is left out.
public struct ScalingPrediction: Encodable, Sendable {
    /// Ranks on one machine.
    public let ranksPerHost: Int
    /// Between ranks of one machine; nil if there is one rank on each.
    public let withinHost: Link?
    /// Between machines; nil if there is but one.
    public let betweenHosts: Link?
    /// The same global batch on more and more ranks.
    public let strong: [Point]
    /// The same batch per rank on more and more ranks.
    public let weak: [Point]

    enum CodingKeys: String, CodingKey {
        case strong, weak
        case ranksPerHost = "ranks_per_host"
        case withinHost = "within_host"
        case betweenHosts = "between_hosts"
    }

    /// One number of ranks.
    public struct Point: Encodable, Sendable, Equatable {
        /// Number of ranks.
        public let ranks: Int
        /// Samples of a batch, over all these ranks.
        public let batch: Int
        /// The most samples of them that a rank holds.
        public let samples: Int
        /// Duration of a step, in milliseconds.
        public let milliseconds: Double
        /// What a step on one rank lets expect, over ``milliseconds``: 1 is ideal.
        public let efficiency: Double
        /// Milliseconds of the exchange of gradients and parameters.
        public let gradientExchange: Double
        /// Milliseconds of the exchange of batch-norm moments.
        public let batchNormExchange: Double

        enum CodingKeys: String, CodingKey {
            case ranks, batch, efficiency
            case samples = "samples_per_rank"
            case milliseconds = "step_ms"
            case gradientExchange = "gradient_exchange_ms"
            case batchNormExchange = "batch_norm_exchange_ms"
        }
    }

    /// Predicts for 1, 2, 4, … and `ranks` ranks.
    ///
    /// - Parameters:
    ///   - ranks: the most ranks.
    ///   - ranksPerHost: how many of them share a machine and its link.
    ///   - batch: samples of the global batch (strong), and of each rank's (weak); at most what was calibrated.
    ///   - betweenHosts: the network; the calibration's without.
    /// - Throws: ``TrainingError`` if a link is needed that nobody knows.
    public init(
        _ calibration: ScalingCalibration, ranks: Int, ranksPerHost: Int, batch: Int,
        betweenHosts: Link? = nil
    ) throws {
        precondition(ranks > 0 && ranksPerHost > 0, "there is at least one rank")
        var within: Link?
        var between: Link?
        if min(ranks, ranksPerHost) > 1 {
            within = calibration.withinHost
            guard within != nil else {
                throw TrainingError(
                    "no two ranks of this job share a machine, so what they exchange there is not known: start "
                        + "two on one machine, or predict one rank on each")
            }
        }
        if ranks > ranksPerHost {
            between = betweenHosts ?? calibration.betweenHosts
            guard between != nil else {
                throw TrainingError(
                    "this job runs on one machine, so its network is not known: give latency and bandwidth, or "
                        + "start the job on two machines")
            }
        }
        let model = Model(
            calibration: calibration, ranksPerHost: ranksPerHost, within: within, between: between)
        self.ranksPerHost = ranksPerHost
        withinHost = within
        self.betweenHosts = between
        let counts = Self.counts(upTo: ranks)
        let alone = model.step(ranks: 1, calibration.alone)
        strong = counts.map { count in
            let samples = Self.mostSamples(of: batch, ranks: count)
            return model.step(
                ranks: count, count == 1 ? calibration.alone : calibration.cost(samples: samples)
            )
            .point(ranks: count, batch: batch, samples: samples, ideal: alone.total / Double(count))
        }
        weak = counts.map { count in
            model.step(ranks: count, count == 1 ? calibration.alone : calibration.cost(samples: batch))
                .point(ranks: count, batch: count * batch, samples: batch, ideal: alone.total)
        }
    }

    /// 1, 2, 4, … and `ranks`.
    package static func counts(upTo ranks: Int) -> [Int] {
        var counts = [1]
        while counts[counts.count - 1] < ranks { counts.append(min(ranks, 2 * counts[counts.count - 1])) }
        return counts
    }

    /// Samples of the rank that gets most of a batch.
    private static func mostSamples(of batch: Int, ranks: Int) -> Int {
        (0..<ranks).reduce(0) { most, rank in
            let division = BatchDivision(batchSize: batch, share: RankShare(rank: rank, ranks: ranks))
            return max(most, division.range(of: batch).count)
        }
    }
}

/// What a step takes, in seconds.
private struct PredictedStep {
    let computing: Double
    let gradients: Double
    let moments: Double
    let agreement: Double

    var total: Double { computing + gradients + moments + agreement }

    func point(ranks: Int, batch: Int, samples: Int, ideal: Double) -> ScalingPrediction.Point {
        ScalingPrediction.Point(
            ranks: ranks, batch: batch, samples: samples, milliseconds: total * 1e3,
            efficiency: ideal / total,
            gradientExchange: gradients * 1e3, batchNormExchange: moments * 1e3)
    }
}

/// Adds up the messages of a step.
private struct Model {
    let calibration: ScalingCalibration
    let ranksPerHost: Int
    let within: Link?
    let between: Link?

    func step(ranks: Int, _ cost: StepCost) -> PredictedStep {
        let tree = ReductionTree(rank: 0, size: ranks)
        let part = 1 / Double(1 << tree.rounds)
        let bytes = Double(cost.exchangedBytes) / Double(max(1, cost.awaited + cost.covered))
        let exchange = sum(bytes: bytes, tree)
        return PredictedStep(
            computing: (cost.milliseconds - cost.optimiser * (1 - part)) / 1e3,
            gradients: divided(bytes: Double(calibration.parameterBytes), tree),
            moments: Double(cost.awaited) * exchange + Double(cost.covered)
                * max(0, exchange - cost.cover / 1e3),
            agreement: sum(bytes: Double(MemoryLayout<Int32>.size), tree))
    }

    /// Everybody adds up everything, as short messages are: as many bytes in every round.
    private func sum(bytes: Double, _ tree: ReductionTree) -> Double {
        (0..<tree.rounds).reduce(surplus(bytes: bytes, tree)) { $0 + seconds(bytes: bytes, round: $1) }
    }

    /// Everybody adds up a part, and collects those of the others: half as many bytes with every round, and back.
    private func divided(bytes: Double, _ tree: ReductionTree) -> Double {
        (0..<tree.rounds).reduce(surplus(bytes: bytes, tree)) {
            $0 + 2 * seconds(bytes: bytes / Double(2 << $1), round: $1)
        }
    }

    /// Ranks beyond a power of two give all their numbers to a neighbour, and get the result.
    private func surplus(bytes: Double, _ tree: ReductionTree) -> Double {
        tree.pairs > 0 ? 2 * seconds(bytes: bytes, round: 0) : 0
    }

    private func seconds(bytes: Double, round: Int) -> Double {
        if 2 << round <= ranksPerHost, let within { return within.seconds(bytes: bytes) }
        guard let between else { return within?.seconds(bytes: bytes) ?? 0 }
        return between.seconds(bytes: bytes, pairs: ranksPerHost)
    }
}
