import Collectives
import Configuration
import Testing
import TestSupport
import ThreadRanks

@testable import Benchmarks
@testable import Checkpoints

@Suite struct ScalingPredictionTests {
    /// A step of 1 ms and 1 ms for every 16 samples, Adam 0.4 ms of it; 10 exchanges of 8000 bytes each, of which 6 have
    /// 0.2 ms to go on with.
    private func calibration(within: Link? = nil, between: Link? = nil) -> ScalingCalibration {
        let costs = [16, 32, 64, 128, 256].map {
            StepCost(
                samples: $0, milliseconds: 1 + Double($0) / 16, optimiser: 0.4, awaited: 4, covered: 6,
                cover: 0.2, exchangedBytes: 80_000)
        }
        return ScalingCalibration(
            parameterBytes: 1_000_000, alone: costs[4], costs: costs, withinHost: within,
            betweenHosts: between)
    }

    private let network = Link(latency: 1e-4, bandwidth: 1e9)

    private func close(_ value: Double, _ expected: Double) -> Bool { abs(value / expected - 1) < 1e-9 }

    @Test func oneRankTakesWhatWasMeasured() throws {
        let prediction = try ScalingPrediction(calibration(), ranks: 1, ranksPerHost: 1, batch: 256)
        #expect(
            prediction.strong == [
                .init(
                    ranks: 1, batch: 256, samples: 256, milliseconds: 17, efficiency: 1, gradientExchange: 0,
                    batchNormExchange: 0)
            ])
        #expect(prediction.weak == prediction.strong)
    }

    @Test func partsAddUp() throws {
        let prediction = try ScalingPrediction(
            calibration(between: network), ranks: 4, ranksPerHost: 1, batch: 256)
        #expect(prediction.strong.map(\.ranks) == [1, 2, 4])
        let four = prediction.strong[2]
        #expect(four.samples == 64)
        // Half of the gradients, then a quarter, and both again for parameters: 2 * (0.5 + 0.25) ms and 4 latencies.
        #expect(close(four.gradientExchange, 1.9))
        // Exchanges of two rounds, each of them 8 µs and a latency; 0.2 ms of six of them are covered.
        let exchange: Double = 2 * 0.108
        let moments: Double = 4 * exchange + 6 * (exchange - 0.2)
        #expect(close(four.batchNormExchange, moments))
        #expect(close(prediction.strong[1].batchNormExchange, 2 * exchange), "the others are covered")
        // Computing less three quarters of Adam, and the leave to go on: two latencies and 4 bytes.
        let agreement: Double = 2 * (0.1 + 4e-6)
        let computing: Double = 5 - 0.3
        let total: Double = computing + four.gradientExchange + moments + agreement
        #expect(close(four.milliseconds, total))
        #expect(close(four.efficiency * four.milliseconds, 4.25))
        let weak = prediction.weak[2]
        #expect(weak.batch == 1024 && weak.samples == 256)
        #expect(close(weak.milliseconds - four.milliseconds, 12))
        #expect(close(weak.efficiency * weak.milliseconds, 17))
    }

    /// Neighbours meet first: of four ranks on two machines only the second round goes over the network, a quarter of
    /// the gradients of each of two ranks.
    @Test func ranksOfAMachineShareItsLink() throws {
        let within = Link(latency: 1e-6, bandwidth: 1e10)
        let prediction = try ScalingPrediction(
            calibration(within: within), ranks: 4, ranksPerHost: 2, batch: 256, betweenHosts: network)
        let inside: Double = 2 * (0.001 + 0.05)
        let outside: Double = 2 * (0.1 + 2 * 0.25)
        #expect(close(prediction.strong[2].gradientExchange, inside + outside))
        #expect(close(prediction.strong[1].gradientExchange, inside))
    }

    /// A batch has no more slices than its vectors: beyond, ranks have nothing to do.
    @Test func manyRanksRunOutOfSamples() throws {
        let prediction = try ScalingPrediction(
            calibration(between: network), ranks: 100, ranksPerHost: 1, batch: 256)
        #expect(prediction.strong.map(\.ranks) == [1, 2, 4, 8, 16, 32, 64, 100])
        #expect(prediction.strong.map(\.samples) == [256, 128, 64, 32, 16, 16, 16, 16])
        // 100 ranks are 64, and 36 that give what they have to a neighbour before, and get the result after.
        let surplus = prediction.strong[7].gradientExchange - prediction.strong[6].gradientExchange
        #expect(close(surplus, 2.2))
    }

    @Test func sharesBetweenTwoCostWhatLiesBetween() {
        let cost = calibration().cost(samples: 48)
        #expect(cost.samples == 48 && close(cost.milliseconds, 4) && close(cost.optimiser, 0.4))
        #expect(calibration().cost(samples: 3) == calibration().cost(samples: 16))
    }

    @Test func unknownLinksAreAskedFor() {
        #expect(
            message { _ = try ScalingPrediction(calibration(), ranks: 2, ranksPerHost: 1, batch: 256) }
                == "this job runs on one machine, so its network is not known: give latency and bandwidth, or start "
                + "the job on two machines")
        #expect(
            message {
                _ = try ScalingPrediction(
                    calibration(between: network), ranks: 4, ranksPerHost: 2, batch: 256)
            }
                == "no two ranks of this job share a machine, so what they exchange there is not known: start two "
                + "on one machine, or predict one rank on each")
    }

    @Test func ranksCalibrateTogether() throws {
        var configuration = Configuration()
        configuration.training.batchSize = 32
        let resolved = configuration
        let results = try ThreadCommunicator.run(ranks: 2) {
            try ScalingCalibration(
                resolved, leaves: 2, communicator: $0, seconds: 0, scalar: Float.self)
        }
        #expect(results[0].costs == results[1].costs && results[0].withinHost == results[1].withinHost)
        let calibration = results[0]
        #expect(calibration.costs.map(\.samples) == [16, 32])
        #expect(calibration.alone.samples == 32 && calibration.alone.covered == 0)
        #expect(calibration.withinHost != nil && calibration.betweenHosts == nil)
        for cost in calibration.costs {
            #expect(cost.milliseconds > cost.optimiser && cost.optimiser > 0)
            #expect(cost.awaited > 0 && cost.covered > 0 && cost.cover > 0 && cost.exchangedBytes > 0)
        }
    }
}
