import Collectives
import Configuration
import Foundation
import Testing
import TestSupport
import ThreadRanks

@testable import Benchmarks
@testable import Checkpoints
@testable import Training

extension BenchmarksTests {
    @Suite struct StepBenchmarkTests {
        private func configuration(batch: Int) -> Configuration {
            var configuration = Configuration()
            configuration.training.batchSize = batch
            return configuration
        }

        @Test func oneRankMeasuresEveryStage() throws {
            let result = try StepBenchmark(
                configuration(batch: 32), leaves: 3, communicator: SoloCommunicator(), seconds: 0,
                scalar: Float.self)
            #expect(result.ranks == 1 && result.leaves == 3 && result.batch == 32 && result.timing.count == 5)
            #expect(
                result.timing.minimumMilliseconds > 0
                    && result.timing.medianMilliseconds >= result.timing.minimumMilliseconds)
            #expect(
                result.stages.map(\.name) == [
                    "gather", "trunk", "route", "noise", "sample", "decoders", "objective", "backward_tree",
                    "backward_trunk", "agree", "reduce_gradients", "optimiser", "gather_parameters",
                ])
            let share =
                Double(result.flops) / (result.timing.medianMilliseconds / 1e3) / 1e9 / result.productSpeed
            #expect(abs(share / result.productShare - 1) < 1e-9)
            let json = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
            for key in [
                "median_ms", "min_ms", "samples_per_second", "flops", "sgemm_gflops", "sgemm_share", "steps",
                "fma_gflops", "fma_share", "kernels",
            ] {
                #expect(json.contains("\"\(key)\":"))
            }
        }

        @Test func allRanksGetTheSameTimes() throws {
            let configuration = configuration(batch: 31)
            let results = try ThreadCommunicator.run(ranks: 2) { communicator in
                try StepBenchmark(
                    configuration, leaves: 2, communicator: communicator, seconds: 0, scalar: Double.self)
            }
            #expect(results.map(\.ranks) == [2, 2])
            #expect(results[0].timing.medianMilliseconds == results[1].timing.medianMilliseconds)
            #expect(results[0].productSpeed == results[1].productSpeed)
            #expect(results[0].stages.map(\.milliseconds) == results[1].stages.map(\.milliseconds))
            #expect(results[0].batchNormExchange > 0)
        }

        @Test func refusesTreesThatTheLevelsCannotHold() {
            let text = message {
                _ = try StepBenchmark(
                    configuration(batch: 32), leaves: 33, communicator: SoloCommunicator(), seconds: 0,
                    scalar: Float.self)
            }
            #expect(text == "there is no tree of 33 leaves: model.layers has 6 levels, which allow 2 to 32")
        }

        @Test func exchangeSizesAreThoseOfTheModels() throws {
            let single = try ExchangeSizes(configuration(batch: 32), leaves: 10, scalar: Float.self)
            let double = try ExchangeSizes(configuration(batch: 32), leaves: 10, scalar: Double.self)
            #expect(single.tree == 4 * 739_284 && double.tree == 2 * single.tree)
            #expect(single.subtree == 4 * 79_796 && double.subtree == 2 * single.subtree)
        }
    }
}
