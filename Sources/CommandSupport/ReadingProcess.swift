import ArgumentParser
import Checkpoints
import Files
import Foundation

/// This command once more in a process of its own, in which files are read that may be damaged.
///
/// The structure of files before HDF5 1.10 is not checksummed, and the library is known to crash on some that are
/// damaged, where it should report an error. A process of its own turns that into an error like any other.
package struct ReadingProcess {
    /// What is read, for the message.
    let file: String
    /// What is being made, of which a process that crashes leaves unfinished parts behind.
    let writing: String?

    /// A process that reads a file.
    package init(file: String, writing: String?) {
        (self.file, self.writing) = (file, writing)
    }

    /// Runs this process's own command line with `--in-process`, and ends as it ends.
    /// - Throws: `ExitCode` where it failed and has said why; ``TrainingError`` where a signal ended it.
    package func run() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = CommandLine.arguments.dropFirst() + ["--in-process"]
        // The stack of the library is of no use to who has a damaged file.
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_BACKTRACE": "enable=no"], uniquingKeysWith: { $1 })
        try process.run()
        Self.child = process.processIdentifier
        for signal in [SIGINT, SIGTERM, SIGHUP] { Glibc.signal(signal) { _ = kill(Self.child, $0) } }
        process.waitUntilExit()
        let status = process.terminationStatus
        guard process.terminationReason == .uncaughtSignal else {
            if status != 0 { throw ExitCode(status) }
            return
        }
        if let writing { TemporaryEntry.removeAbandoned(for: writing) }
        let ending = "\(file): reading it ended with signal \(status), \(String(cString: strsignal(status)))"
        guard [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP].contains(status) else {
            throw TrainingError(ending)
        }
        throw TrainingError(
            "\(ending): the file is damaged in a way that the HDF5 library does not survive; make or copy it again"
        )
    }

    /// Whom signals are passed on to: a process of its own would go on without its parent.
    private nonisolated(unsafe) static var child: pid_t = 0
}
