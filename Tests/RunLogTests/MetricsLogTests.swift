import Foundation
import Testing

@testable import RunLog

@Suite struct MetricsLogTests {
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "run-log-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private var path: String { directory.appending(path: "metrics.jsonl").path }
    private var lines: [String] {
        get throws {
            try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    private func cleanUp() { try? FileManager.default.removeItem(at: directory) }

    @Test func linesAreThereWhenTheyAreAppended() throws {
        defer { cleanUp() }
        let log = try MetricsLog(path: path)
        #expect(try lines == [])
        for epoch in 0..<3 {
            try log.append(record(epoch: epoch))
            #expect(try lines == (0...epoch).map { record(epoch: $0).jsonLine() })
        }
    }

    @Test func resumingCutsOffWhatWillBeRunAgain() throws {
        defer { cleanUp() }
        do {
            let log = try MetricsLog(path: path)
            for epoch in 0..<5 { try log.append(record(epoch: epoch)) }
        }
        // A line that a crash of the whole machine cut short.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"loss\":".utf8))
        try handle.close()

        let log = try MetricsLog(path: path, history: (0..<2).map { record(epoch: $0) })
        try log.append(record(epoch: 2, loss: .nan))
        #expect(
            try lines == (0..<2).map { record(epoch: $0).jsonLine() } + [
                record(epoch: 2, loss: .nan).jsonLine()
            ])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["metrics.jsonl"])
    }

    @Test func missingDirectoryIsNamed() {
        cleanUp()
        #expect {
            _ = try MetricsLog(path: path)
        } throws: {
            "\($0)".contains(path) && "\($0)".contains("No such file or directory")
        }
    }

    @Test func fullDiskIsReportedWithAHint() {
        let error = RunLogError("append to", "/run/metrics.jsonl", code: ENOSPC)
        #expect(
            "\(error)"
                == "cannot append to /run/metrics.jsonl: No space left on device; free some space and continue with --resume"
        )
        cleanUp()
    }
}
