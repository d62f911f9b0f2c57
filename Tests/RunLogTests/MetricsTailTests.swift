import Foundation
import Testing
import TestSupport

@testable import RunLog

@Suite struct MetricsTailTests {
    @Test func everyEpochIsSeenOnceAndAResumedRunAnew() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/metrics.jsonl"
            let records = (0..<4).map { record(epoch: $0) }
            var tail = MetricsTail(path: path)
            #expect(throws: RunLogError.self) { try tail.next() }
            do {
                let log = try MetricsLog(path: path)
                #expect(try tail.next() == .init(epochs: [], isAnew: false))
                for epoch in records.prefix(2) { try log.append(epoch) }
                #expect(try tail.next() == .init(epochs: Array(records.prefix(2)), isAnew: false))
                #expect(try tail.next() == .init(epochs: [], isAnew: false))
                // Half a line is not looked at until it is whole.
                let line = records[2].jsonLine() + "\n"
                let file = try #require(FileHandle(forWritingAtPath: path))
                try file.seekToEnd()
                try file.write(contentsOf: Data(line.prefix(20).utf8))
                #expect(try tail.next().epochs == [])
                try file.write(contentsOf: Data(line.dropFirst(20).utf8))
                #expect(try tail.next().epochs == [records[2]])
            }
            let log = try MetricsLog(path: path, history: [records[0]])
            #expect(try tail.next() == .init(epochs: [records[0]], isAnew: true))
            try log.append(records[3])
            #expect(try tail.next() == .init(epochs: [records[3]], isAnew: false))
        }
    }
}
