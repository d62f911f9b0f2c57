import Foundation
import Testing
import TestSupport

/// The program as its users run it: a process, or several under mpirun.
enum Program {
    /// The executable: what `TREEVAE_BINARY` names, else the one that was built with these tests.
    static let path =
        ProcessInfo.processInfo.environment["TREEVAE_BINARY"]
        ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("treevae-dist").path

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - ranks: nil for a process of its own, else the ranks under mpirun.
    ///   - directory: the working directory.
    ///   - environment: variables beside those of the tests.
    ///   - seconds: after so long it counts as hanging, is killed, and the test fails.
    static func run(
        _ arguments: [String], ranks: Int? = nil, in directory: String, environment: [String: String] = [:],
        seconds: Double = 60
    ) throws -> Execution.Outcome {
        try Execution(arguments, ranks: ranks, in: directory, environment: environment).wait(seconds: seconds)
    }
}

/// The program while it runs.
final class Execution {
    private let process = Process()
    private let mark = UUID().uuidString
    private let directory: String
    private let arguments: [String]

    /// How a run ended.
    struct Outcome {
        /// Exit status; 128 and the number of the signal for a process that one ended.
        var status: Int32
        var output: String
        var errors: String

        /// Messages of the program that say what went wrong; a launcher adds its own words.
        var messages: [String] {
            errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error: ") }
        }
    }

    /// - Parameter launcher: a command before that of the program, in place of mpirun on this host.
    init(
        _ arguments: [String], ranks: Int? = nil, launcher: [String] = [], in directory: String,
        environment added: [String: String] = [:]
    ) throws {
        self.directory = directory
        self.arguments = arguments
        var command = launcher + [Program.path] + arguments
        if let ranks {
            var launcher = [try #require(executable("mpirun")), "-np", "\(ranks)", "--oversubscribe"]
            if getuid() == 0 { launcher.append("--allow-run-as-root") }
            command = launcher + command
        }
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        var environment = ProcessInfo.processInfo.environment
        environment[Self.variable] = mark
        environment["OPENBLAS_NUM_THREADS"] = "1"
        environment.merge(added) { $1 }
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try stream("output")
        process.standardError = try stream("errors")
        // Threads of a dispatch queue, as tests run on, have signals blocked, and a process inherits that.
        var none = sigset_t()
        var former = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try process.run()
    }

    /// By which all processes of a run are known, on whatever host.
    static let variable = "TREEVAE_TEST_RUN"

    private func stream(_ name: String) throws -> FileHandle {
        let path = "\(directory)/.\(mark).\(name)"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try #require(FileHandle(forWritingAtPath: path))
    }

    private func contents(_ name: String) -> String {
        let path = "\(directory)/.\(mark).\(name)"
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// What was written to standard error so far.
    var errors: String { contents("errors") }

    /// Waits for the end, and checks that nothing of the run is left behind.
    func wait(seconds: Double = 60) throws -> Outcome {
        let isOver = poll(seconds: seconds) { !self.process.isRunning }
        if !isOver {
            Issue.record("\(arguments) still runs after \(seconds) s: \(errors.suffix(2000))")
            signal(SIGKILL)
        }
        process.waitUntilExit()
        // Ranks that a launcher has ended may take a moment to be gone.
        if !poll(seconds: 10, until: { self.processes.isEmpty }) {
            Issue.record("orphans of \(arguments): \(processes)")
            signal(SIGKILL)
        }
        let status = process.terminationStatus
        return Outcome(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            output: contents("output"),
            errors: errors)
    }

    /// Waits until something has happened; false if it has not, or if the run is over.
    func wait(seconds: Double = 60, until condition: () -> Bool) -> Bool {
        var happened = false
        _ = poll(seconds: seconds) {
            happened = condition()
            return happened || !self.process.isRunning
        }
        return happened
    }

    private func poll(seconds: Double, until condition: () -> Bool) -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        while !condition() {
            if Date() > deadline { return false }
            usleep(2000)
        }
        return true
    }

    /// Process ids of everything that this run has started and that is still there, with their commands.
    private var processes: [(id: pid_t, command: String)] {
        let needle = "\(Self.variable)=\(mark)"
        let ids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap {
            pid_t($0)
        }
        return ids.compactMap { id in
            guard let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ"),
                String(decoding: environment, as: UTF8.self).contains(needle),
                let command = FileManager.default.contents(atPath: "/proc/\(id)/cmdline"), !command.isEmpty
            else { return nil }
            return (id, String(decoding: command.prefix { $0 != 0 }, as: UTF8.self))
        }
    }

    /// Process ids of the program itself: one for each rank, without the launcher.
    var ranks: [pid_t] { processes.filter { $0.command == Program.path }.map(\.id).sorted() }

    /// Sends a signal to what was started: the program, or its launcher.
    func signalLauncher(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Sends a signal to the launcher and all ranks.
    func signal(_ number: Int32) {
        for process in processes { kill(process.id, number) }
    }
}
