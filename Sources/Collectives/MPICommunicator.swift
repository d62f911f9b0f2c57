import CMPI
import Glibc
import Synchronization

/// All ranks that an MPI launcher started.
///
/// The native library can be started once a process, so there is one of these, ``world(limits:)``.
public final class MPICommunicator: Communicator {
    /// This rank.
    public let rank: Int
    /// Number of ranks.
    public let size: Int
    private let memory: NodeMemory?
    let watchdog: Watchdog?
    private let finalized = Atomic<Bool>(false)

    private static let started = Mutex<MPICommunicator?>(nil)

    /// The world, started by the first call.
    ///
    /// - Throws: ``CollectiveError`` if the library does not start or allows no calls from other threads than
    ///   the main one (tests run on Swift's pool).
    static func world(limits: StallLimits) throws(CollectiveError) -> MPICommunicator {
        try started.withLock { world throws(CollectiveError) in
            if let world { return world }
            let new = try MPICommunicator(limits: limits)
            world = new
            return new
        }
    }

    private init(limits: StallLimits) throws(CollectiveError) {
        var provided: Int32 = 0
        let wanted = cmpi_thread_serialized()
        try Self.check(MPI_Init_thread(nil, nil, wanted, &provided), "start", "MPI", rank: 0, size: 1)
        // The default handler ends the process inside the failing call, without a word of ours.
        MPI_Comm_set_errhandler(cmpi_comm_world(), cmpi_errors_return())
        var rank: Int32 = 0
        var size: Int32 = 0
        try Self.check(MPI_Comm_rank(cmpi_comm_world(), &rank), "start", "MPI", rank: 0, size: 1)
        try Self.check(MPI_Comm_size(cmpi_comm_world(), &size), "start", "MPI", rank: Int(rank), size: 1)
        self.rank = Int(rank)
        self.size = Int(size)
        guard provided >= wanted else {
            throw CollectiveError(
                operation: "start", purpose: "MPI", rank: Int(rank), size: Int(size),
                nativeText: "the library gives thread level \(provided), \(wanted) is needed",
                hint: "use an MPI library built with thread support")
        }
        if size > 1 {
            let memory = NodeMemory(rank: Int(rank))
            self.memory = memory
            watchdog = Watchdog(
                board: memory?.board ?? .alone(rank: Int(rank)), size: Int(size), limits: limits,
                report: { printToStandardError($0.description("Warning")) },
                expire: { stall in
                    printToStandardError(stall.description("Error"))
                    abortJob(code: 1)
                })
        } else {
            memory = nil
            watchdog = nil
        }
    }

    /// Waits for all ranks and ends the library; may be called again, to no effect.
    public func finalize() throws(CollectiveError) {
        guard !finalized.exchange(true, ordering: .relaxed) else { return }
        try barrier(purpose: "the end of the job")
        watchdog?.stop()
        memory?.free()
        try check(MPI_Finalize(), "end", "MPI")
    }

    /// Has the launcher end all ranks.
    public func abort(code: Int32) -> Never { abortJob(code: code) }
}

/// Ends all ranks; from any thread.
private func abortJob(code: Int32) -> Never {
    // Should the library hang in a call that it was not made for, the alarm ends this process, and the
    // launcher the others.
    signal(SIGALRM, SIG_DFL)
    alarm(10)
    MPI_Abort(cmpi_comm_world(), code)
    _exit(code)
}
