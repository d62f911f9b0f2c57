import Files
import Foundation
import Store

/// Has workers read damaged inputs, sees to it that each is done with in time and with little memory, and keeps those
/// that are not.
final class Campaign {
    /// An input that a reader does not survive.
    struct Finding {
        let number: Int
        let reader: String
        /// What happened.
        let what: String
        /// Where the input was kept.
        let path: String
    }

    private let command: Fuzz
    private let readers: [Reader]
    /// Where workers make their inputs.
    private let directory: String
    private let corpus: String

    /// Inputs that were read as if nothing were wrong, and those that were refused.
    private(set) var (accepted, refused) = (0, 0)
    private(set) var findings: [Finding] = []
    /// The longest that an input took, in seconds, and the most memory that a worker had, in bytes.
    private(set) var (slowest, largest) = (0.0, 0)

    /// The most that one input may take.
    private var seconds: Double { command.sanitized ? 120 : 20 }
    private static let memory = 1 << 30
    /// Inputs of one process: a new one starts from little memory.
    private static let batch = 500

    init(_ command: Fuzz, readers: [Reader], directory: String, corpus: String) {
        self.command = command
        self.readers = readers
        self.directory = directory
        self.corpus = corpus
    }

    /// A worker that is at work on some inputs.
    private final class Run {
        let process = Process()
        let directory: String
        let numbers: Range<Int>
        /// What it is at, since when, and how long it had waited for a core by then.
        var number: UInt64?
        private var since = ContinuousClock.now
        private var delayBefore = 0.0
        /// Why it was ended from here.
        var ending: String?

        init(_ directory: String, _ numbers: Range<Int>) {
            self.directory = directory
            self.numbers = numbers
        }

        /// Seconds at the input, without those in which other processes had the cores: a busy machine makes no finding.
        var spent: Double { (ContinuousClock.now - since) / .seconds(1) - (delay - delayBefore) }

        func begins(_ number: UInt64) {
            self.number = number
            since = .now
            delayBefore = delay
        }

        /// Seconds that it was ready to run and did not.
        private var delay: Double {
            let text =
                (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/schedstat", encoding: .utf8))
                ?? ""
            let fields = text.split(separator: " ")
            return fields.count > 1 ? (Double(fields[1]) ?? 0) / 1e9 : 0
        }

        func kill() { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

        /// Bytes that it has in memory.
        var memory: Int {
            let text =
                (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8))
                ?? ""
            let fields = text.split(separator: " ")
            return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
        }
    }

    /// Reads inputs until there are enough of them, or time is up; returns how many were read.
    func run() throws -> Int {
        let start = ContinuousClock.now
        let end = command.first + command.inputs
        var next = command.first
        var runs: [Run] = []
        while true {
            let isLate = (ContinuousClock.now - start) / .seconds(1) >= command.seconds
            while runs.count < command.workers, next < end, !isLate {
                let numbers = next..<min(end, next + Self.batch)
                next = numbers.upperBound
                runs.append(try begin(numbers))
            }
            if runs.isEmpty { return accepted + refused + findings.count }
            usleep(5000)
            for (index, run) in runs.enumerated().reversed() where try !isAtWork(run, isLate: isLate) {
                runs.remove(at: index)
                // What comes behind the input that it did not survive.
                if let rest = try finish(run), !isLate { runs.append(try begin(rest)) }
            }
        }
    }

    private func begin(_ numbers: Range<Int>) throws -> Run {
        let run = Run(Directory.join(directory, "worker-\(numbers.lowerBound)"), numbers)
        try Directory.create(run.directory)
        let process = run.process
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments =
            [
                "--worker", run.directory, "--corpus", corpus, "--seed", "\(command.seed)", "--first",
                "\(numbers.lowerBound)", "--inputs", "\(numbers.count)", "--readers",
                readers.map(\.name).joined(separator: ","),
            ] + (command.sanitized ? ["--sanitized"] : [])
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1"], uniquingKeysWith: { $1 })
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = Directory.join(run.directory, "errors")
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        return run
    }

    /// Looks what a worker is at, and ends it where that takes too much.
    private func isAtWork(_ run: Run, isLate: Bool) throws -> Bool {
        guard run.process.isRunning else { return false }
        if let progress = Worker.Progress(run.directory), progress.number != run.number {
            run.begins(progress.number)
        }
        slowest = max(slowest, run.spent)
        let memory = run.memory
        largest = max(largest, memory)
        if run.ending == nil {
            if run.spent > seconds { run.ending = "it takes more than \(Int(seconds)) s" }
            if memory > Self.memory, !command.sanitized {
                run.ending = "it takes \(memory >> 20) MiB of memory"
            }
            if run.ending != nil { run.kill() }
        }
        if isLate { run.kill() }
        return true
    }

    /// Counts what a worker has done; returns the inputs that it has not come to.
    private func finish(_ run: Run) throws -> Range<Int>? {
        defer { Directory.remove(run.directory) }
        run.process.waitUntilExit()
        let progress = Worker.Progress(run.directory) ?? Worker.Progress()
        accepted += Int(progress.accepted)
        refused += Int(progress.refused)
        let wasEnded =
            run.process.terminationReason == .uncaughtSignal && run.process.terminationStatus == SIGKILL
        if run.process.terminationStatus == 0 || (wasEnded && run.ending == nil) { return nil }
        let number = Int(progress.number)
        let reader = readers[number % readers.count].name
        let errors =
            (try? String(contentsOfFile: Directory.join(run.directory, "errors"), encoding: .utf8)) ?? ""
        let signal = run.process.terminationReason == .uncaughtSignal
        let ending =
            run.ending
            ?? (signal
                ? "signal \(run.process.terminationStatus)" : "status \(run.process.terminationStatus)")
        let kept = Directory.join(command.findings, "\(reader)-\(command.seed)-\(number)")
        Directory.remove(kept)
        try Directory.create(command.findings)
        try FileManager.default.copyItem(atPath: Directory.join(run.directory, Worker.input), toPath: kept)
        let finding = Finding(
            number: number, reader: reader,
            what: ending + ": " + errors.split(separator: "\n").suffix(12).joined(separator: " | "),
            path: kept)
        findings.append(finding)
        printToStandardError("input \(number), \(reader): \(finding.what)\n  kept in \(kept)")
        return number + 1 < run.numbers.upperBound ? number + 1..<run.numbers.upperBound : nil
    }
}

func printToStandardError(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
