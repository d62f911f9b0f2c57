import Benchmarks
import Foundation
import Testing
import ThreadRanks

@testable import Collectives

@Suite struct AllreduceBenchmarkTests {
    @Test func measuresEachSize() throws {
        let results = try ThreadCommunicator.run(ranks: 2) { communicator in
            func measure(_ communicator: some Communicator) throws -> AllreduceBenchmark {
                try AllreduceBenchmark(communicator, sizes: [1024, 4096], repetitions: 3)
            }
            return try measure(communicator)
        }
        #expect(results[0] == results[1])
        for (measurement, bytes) in zip(results[0].measurements, [1024, 4096]) {
            #expect(measurement.bytes == bytes && measurement.repetitions == 3)
            #expect(measurement.minimumSeconds > 0)
            #expect(measurement.medianSeconds >= measurement.minimumSeconds)
            #expect(abs(measurement.busBandwidth * measurement.medianSeconds / Double(bytes) - 1) < 1e-9)
        }
        #expect(AllreduceBenchmark.standardSizes.first == 1 << 10)
        #expect(AllreduceBenchmark.standardSizes.last == 1 << 24)
        let text = String(decoding: try JSONEncoder().encode(results[0]), as: UTF8.self)
        #expect(text.contains("\"median_seconds\"") && text.contains("\"bus_bandwidth\""))
    }

    @Test func aLineGoesThroughTwoSizes() throws {
        let models = try ThreadCommunicator.run(ranks: 2) { communicator in
            func measure(_ communicator: some Communicator) throws -> (AllreduceBenchmark, AllreduceModel) {
                let benchmark = try AllreduceBenchmark(
                    communicator, sizes: [AllreduceModel.smallMessage, 1 << 18], repetitions: 3)
                return (benchmark, AllreduceModel(benchmark))
            }
            return try measure(communicator)
        }
        for (benchmark, model) in models {
            #expect(model.ranks == 2 && model.latency >= 0 && model.bandwidth > 0)
            let (small, large) = (benchmark.measurements[0], benchmark.measurements[1])
            // On a busy machine the small message may be the slower one.
            let seconds = max(small.medianSeconds, large.medianSeconds)
            #expect(abs(model.seconds(bytes: large.bytes) / seconds - 1) < 0.01)
        }
        let line = AllreduceModel(ranks: 4, latency: 1e-5, bandwidth: 1e9)
        #expect(abs(line.seconds(bytes: 2_000_000) - 3.01e-3) < 1e-9)
    }
}
