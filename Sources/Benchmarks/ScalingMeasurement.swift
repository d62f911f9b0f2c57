import Checkpoints
import Collectives
import Configuration

/// Steps of one group of ranks, the same figures on each of them.
struct ScalingMeasurement {
    /// Duration of a step, on the slowest rank.
    let milliseconds: Double
    private let gradientExchange: Double
    private let batchNormExchange: Double
    private let communicationShare: Double
    private let slowestRank: Int
    private let imbalance: Double

    /// Measures; collective over the bench's ranks.
    init<R: Scalar>(_ bench: StepBench<R>, seconds: Double) throws {
        let communicator = bench.subject.communicator
        let timing = try Timing(for: seconds, bench.steps)
        let own = try bench.stages(repetitions: max(5, timing.count / 3))
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let all = try communicator.allGather(
            [own.gradientExchange, own.batchNormExchange, own.computing], purpose: "the benchmark")
        let computing = all.map { $0[2] }
        let slowest = computing.indices.max { computing[$0] < computing[$1] }!
        milliseconds = timing.medianMilliseconds
        gradientExchange = mean(all.map { $0[0] })
        batchNormExchange = mean(all.map { $0[1] })
        let communication = gradientExchange + batchNormExchange
        communicationShare = communication / (communication + mean(computing))
        slowestRank = slowest
        imbalance = computing[slowest] / mean(computing)
    }

    /// The measurement with the median duration, on all ranks, also those that took no part; collective.
    ///
    /// - Parameter measurements: nothing on ranks that took no part.
    static func median(
        of measurements: [ScalingMeasurement], _ communicator: any Communicator
    ) throws -> ScalingMeasurement {
        let sorted = measurements.sorted { $0.milliseconds < $1.milliseconds }
        // No figure is negative, so that the largest is that of the ranks that have one.
        var numbers = sorted.isEmpty ? [Double](repeating: 0, count: 6) : sorted[sorted.count / 2].numbers
        try communicator.maximum(&numbers, purpose: "the benchmark")
        return ScalingMeasurement(numbers)
    }

    /// The figures as they are printed.
    ///
    /// - Parameter ideal: milliseconds of a step that scales perfectly.
    func point(ranks: Int, batch: Int, ideal: Double) -> ScalingBenchmark.Point {
        ScalingBenchmark.Point(
            ranks: ranks, batch: batch, milliseconds: milliseconds, efficiency: ideal / milliseconds,
            gradientExchange: gradientExchange, batchNormExchange: batchNormExchange,
            communicationShare: communicationShare, slowestRank: slowestRank, imbalance: imbalance)
    }

    private var numbers: [Double] {
        [
            milliseconds, gradientExchange, batchNormExchange, communicationShare, Double(slowestRank),
            imbalance,
        ]
    }

    private init(_ numbers: [Double]) {
        milliseconds = numbers[0]
        gradientExchange = numbers[1]
        batchNormExchange = numbers[2]
        communicationShare = numbers[3]
        slowestRank = Int(numbers[4])
        imbalance = numbers[5]
    }
}
