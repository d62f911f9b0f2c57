import Glibc

/// Start and end of a job.
public enum Launch {
    /// The ranks that were started with this process: by MPI if a launcher of it started them, else this one alone,
    /// without a call of the library. Under MPI every call returns the same communicator.
    ///
    /// `TREEVAE_STALL_WARN_SECONDS` and `TREEVAE_STALL_ABORT_SECONDS` say how long a rank may wait for the
    /// others in one operation (60 and 1800; 0 for any time), `TREEVAE_LOST_HOST_SECONDS` how long nothing may be heard of
    /// another host (45; 0 for any time).
    ///
    /// - Throws: ``LaunchError`` if several tasks were started that do not see each other, as `srun`
    ///   without PMI does, or for a bad variable; ``CollectiveError`` if the library does not start.
    public static func communicator() throws -> any Communicator {
        let variables = processEnvironment()
        let environment = LaunchEnvironment(variables)
        let limits = try StallLimits(environment: variables)
        guard environment.isLaunched else {
            try environment.verify(size: 1)
            return SoloCommunicator()
        }
        try environment.verifySharedMemory()
        let world = try MPICommunicator.world(limits: limits, silence: lostHostSeconds(variables))
        do {
            try environment.verify(size: world.size)
        } catch {
            try world.finalize()
            throw error
        }
        return world
    }

    /// Runs the job of all ranks and returns what `body` returns on this one.
    ///
    /// If `body` fails, this does not return: one message goes to standard error, all ranks end, the exit
    /// status is not 0. A ``SharedFailure`` is printed by the rank that reports it, and all ranks end in
    /// order; any other error is this rank's own, which takes the job down while the others may be waiting.
    public static func run<Outcome>(_ body: (any Communicator) throws -> Outcome) -> Outcome {
        let communicator: any Communicator
        do {
            communicator = try self.communicator()
        } catch let error as LaunchError {
            // The tasks cannot agree who speaks, but the launcher has numbered them.
            let environment = LaunchEnvironment(processEnvironment())
            let speaks = error.isOfHost ? environment.taskOnHost == 0 : environment.task == 0
            if speaks { printToStandardError("Error: \(error)") }
            exit(1)
        } catch {
            printToStandardError("Error: \(error)")
            exit(1)
        }

        do {
            try communicator.requireAlike(startText(), purpose: "how ranks were started")
            let outcome = try body(communicator)
            try communicator.finalize()
            return outcome
        } catch let failure as any SharedFailure {
            if failure.isReporter { printToStandardError("Error: \(failure)") }
            try? communicator.finalize()
            exit(failure.exitStatus)
        } catch let failure as CollectiveError {
            // Most often another rank has failed for a reason of its own and is about to end the job; let its
            // message be the one that is seen.
            if communicator.size > 1 { sleep(2) }
            printToStandardError("Error: \(failure)")
            communicator.abort(code: 1)
        } catch {
            let place =
                communicator.size > 1
                ? "rank \(communicator.rank) of \(communicator.size) on \(hostName()): " : ""
            printToStandardError("Error: \(place)\(error)")
            communicator.abort(code: 1)
        }
    }
}

/// All environment variables.
private func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let parts = String(cString: entry).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        next += 1
    }
    return variables
}

/// The command and the program that this rank was started with.
private func startText() -> String {
    "command " + CommandLine.arguments.dropFirst().joined(separator: " ") + "\nprogram with the digest "
        + programDigest()
}

/// A digest of the program's file (FNV-1a, by words): another build may round otherwise.
package func programDigest() -> String {
    let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "unknown" }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0,
        let pages = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED
    else { return "unknown" }
    defer { munmap(pages, Int(status.st_size)) }
    let words = UnsafeRawBufferPointer(start: pages, count: Int(status.st_size) / 8 * 8).bindMemory(
        to: UInt64.self)
    let hash = words.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ $1) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
}
