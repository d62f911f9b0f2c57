import Foundation
import Testing

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
}
