import CMPI
import Glibc
import Hosts
import Synchronization

/// All ranks that an MPI launcher started, or a group of them.
///
/// The native library can be started once a process, so there is one world, `world(limits:)`.
public final class MPICommunicator: Communicator {
    /// This rank.
    public let rank: Int
    /// Number of ranks.
    public let size: Int
    /// The native communicator.
    var native: MPI_Comm { handle.native }
    private let handle: Handle
    private let isWorld: Bool
    private let limits: StallLimits
    let memory: NodeMemory?
    let watchdog: Watchdog?
    /// Those of sums that are on their way, and one for sums that are waited for at once.
    let lanes = (0...sumLanes).map { SumLane(index: $0) }
    private let finalized = Atomic<Bool>(false)
    /// Connections to other hosts, on one rank of each.
    private let lines = Mutex<HostLines?>(nil)

    private static let started = Mutex<MPICommunicator?>(nil)

    private struct Handle: @unchecked Sendable {
        // Unchecked: a pointer in some libraries; each allows its use from any thread, one at a time.
        let native: MPI_Comm
    }

    /// The world, started by the first call.
    ///
    /// - Throws: ``CollectiveError`` if the library does not start or allows no calls from other threads than
    ///   the main one (tests run on Swift's pool).
    static func world(limits: StallLimits, silence: Double) throws(CollectiveError) -> MPICommunicator {
        try started.withLock { world throws(CollectiveError) in
            if let world { return world }
            let wanted = cmpi_thread_serialized()
            var provided: Int32 = 0
            try check(MPI_Init_thread(nil, nil, wanted, &provided), "start", "MPI", rank: 0, size: 1)
            let new = try MPICommunicator(cmpi_comm_world(), isWorld: true, limits: limits)
            guard provided >= wanted else {
                throw CollectiveError(
                    operation: "start", purpose: "MPI", rank: new.rank, size: new.size,
                    nativeText: "the library gives thread level \(provided), \(wanted) is needed",
                    hint: "use an MPI library built with thread support")
            }
            if silence > 0, limits.warning > 0 || limits.abort > 0 { try new.connectHosts(silence: silence) }
            world = new
            return new
        }
    }

    /// Takes a native communicator over; collective.
    ///
    /// - Parameter sharesMemory: whether ranks of one node may exchange numbers through its memory.
    init(
        _ native: MPI_Comm, isWorld: Bool, limits: StallLimits, sharesMemory: Bool = true
    ) throws(CollectiveError) {
        // The default handler ends the process inside the failing call, without a word of ours.
        MPI_Comm_set_errhandler(native, cmpi_errors_return())
        var rank: Int32 = 0
        var size: Int32 = 0
        try Self.check(MPI_Comm_rank(native, &rank), "start", "MPI", rank: 0, size: 1)
        try Self.check(MPI_Comm_size(native, &size), "start", "MPI", rank: Int(rank), size: 1)
        handle = Handle(native: native)
        self.isWorld = isWorld
        self.limits = limits
        self.rank = Int(rank)
        self.size = Int(size)
        if size > 1 {
            let memory =
                sharesMemory ? NodeMemory(of: native, rank: Int(rank), size: Int(size)) : nil
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

    /// Waits for all ranks and ends the library, or only the group; may be called again, to no effect.
    public func finalize() throws(CollectiveError) {
        guard !finalized.exchange(true, ordering: .relaxed) else { return }
        try barrier(purpose: isWorld ? "the end of the job" : "the end of the group")
        lines.withLock { $0?.stop() }
        watchdog?.stop()
        memory?.free()
        if isWorld {
            try check(MPI_Finalize(), "end", "MPI")
        } else {
            try check(cmpi_comm_free(native), "end", "a group of ranks")
        }
    }

    /// Connects one rank of every host with rank 0, so that it is noticed when a host is lost; collective. Where no
    /// connection comes about there is none, and the limits on waiting are all that there is.
    private func connectHosts(silence: Double) throws(CollectiveError) {
        guard let board = memory?.board, board.ranks.count < size else { return }
        let isLeader = board.ranks.min() == rank
        let door = rank == 0 ? Sockets.Door() : nil
        let secret = UInt64.random(in: 0 ... .max)
        // Rank 0 says where it is, and each rank whether it speaks for its host.
        var words: [UInt64] = [isLeader ? 1 : 0]
        if let door { words += [secret, UInt64(door.port)] + Sockets.addresses().map(UInt64.init) }
        let all = try allGather(words, purpose: "addresses of the hosts")
        let hosts = try hosts(purpose: "names of the hosts")
        let leaders = all.indices.filter { all[$0][0] == 1 }
        guard isLeader, leaders.count > 1, all[0].count > 3 else { return }
        let sockets: [(socket: Int32, host: String)]
        if rank == 0 {
            sockets = (door?.accept(leaders.count - 1, secret: secret, seconds: 10) ?? []).filter {
                all.indices.contains($0.rank)
            }
            .map { ($0.socket, hosts[$0.rank]) }
        } else {
            let addresses = all[0].dropFirst(3).map { UInt32(truncatingIfNeeded: $0) }
            let port = UInt16(truncatingIfNeeded: all[0][2])
            let socket = Sockets.connect(addresses, port: port, secret: all[0][1], rank: rank)
            sockets = socket.map { [($0, hosts[0])] } ?? []
        }
        guard !sockets.isEmpty else { return }
        let rank = rank
        lines.withLock {
            $0 = HostLines(sockets, silence: silence) { host, seconds in
                printToStandardError(
                    "Error: rank \(rank) on \(hostName()) has heard nothing of \(host) for \(Int(seconds)) s: the link "
                        + "between the two is cut, or that host is gone. The last checkpoint is kept, go on with --resume"
                )
                board.end()
                Launcher.endLater()
                abortJob(code: 1)
            }
        }
    }

    /// By `MPI_Comm_split`.
    public func split(
        group: Int?, purpose: StaticString
    ) throws(CollectiveError) -> (any Communicator)? {
        precondition(group ?? 0 >= 0, "a group is not negative")
        var part = cmpi_comm_null()
        try watched("split", purpose) {
            MPI_Comm_split(native, group.map { Int32($0) } ?? cmpi_undefined(), Int32(rank), &part)
        }
        return group == nil ? nil : try MPICommunicator(cmpi_comm(part), isWorld: false, limits: limits)
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
