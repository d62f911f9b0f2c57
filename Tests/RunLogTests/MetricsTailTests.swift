import Files
import Foundation
import TestSupport
import Testing

@testable import RunLog

@Suite struct MetricsTailTests {
    @Test func everyEpochIsSeenOnceAndAResumedRunAnew() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/metrics.jsonl"
            let records = (0..<4).map { record(epoch: $0) }
            var tail = MetricsTail(path: path)
            #expect(throws: StoreError.self) { try tail.next() }
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

    @Test func whatNoRunHasWrittenIsNamed() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/metrics.jsonl"
            let sound = record(epoch: 0).jsonLine()
            let unseconds = sound.replacing(/"seconds":[^,}]*,?/, with: "")
            for damaged in [
                "", "{}", "[[[", "\u{0}", unseconds, sound.replacing("\"epoch\":0", with: "\"epoch\":-1"),
                sound.replacing("\"leaves\":5", with: "\"leaves\":9223372036854775807"),
            ] {
                #expect(damaged != sound)
                try write((sound + "\n" + damaged + "\n").utf8, to: path)
                var tail = MetricsTail(path: path)
                #expect { try tail.next() } throws: { "\($0)".hasPrefix("\(path):2: ") }
            }
        }
    }
}
