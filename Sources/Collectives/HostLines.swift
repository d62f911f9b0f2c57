import Glibc
import Synchronization

/// Connections between the hosts of a job, over which each says now and then that it is there.
///
/// MPI notices nothing where a cable is pulled or a host goes dark: its ranks wait, and so do its launchers. So one rank of
/// each host, the lowest, keeps a connection to rank 0 and sends a byte every few seconds. Who hears nothing for too long
/// ends the ranks of its own host; that is all that it can reach.
final class HostLines: Sendable {
    /// A host at the other end of a connection.
    private struct Line {
        let socket: Int32
        let host: String
        /// When something came last; nil once the connection was closed, which says that the process there has ended.
        var heard: ContinuousClock.Instant?
    }

    private let stopping = Stopper()
    private let thread = Mutex<NativeThread?>(nil)

    /// Starts the thread that sends and listens.
    ///
    /// - Parameters:
    ///   - sockets: connections, and the hosts that they lead to; taken over.
    ///   - silence: seconds after which a host counts as lost.
    ///   - lost: called once, with the host and the seconds since it was heard; expected not to return.
    init(
        _ sockets: [(socket: Int32, host: String)], silence: Double,
        lost: @escaping @Sendable (_ host: String, _ seconds: Double) -> Void
    ) {
        let stopping = stopping
        thread.withLock {
            $0 = NativeThread {
                Self.watch(sockets, silence: silence, stopping: stopping, lost: lost)
                for line in sockets { close(line.socket) }
            }
        }
    }

    /// Ends the thread, once all hosts have come to the end of the job.
    func stop() {
        stopping.raise()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private static func watch(
        _ sockets: [(socket: Int32, host: String)], silence: Double, stopping: Stopper,
        lost: (_ host: String, _ seconds: Double) -> Void
    ) {
        let interval = min(5, silence / 8)
        var lines = sockets.map { Line(socket: $0.socket, host: $0.host, heard: .now) }
        var last = ContinuousClock.now
        while !stopping.wait(seconds: interval) {
            let now = ContinuousClock.now
            // A process that was stopped for a while has heard nobody in the meantime.
            let wasAway = (now - last) / .seconds(1) > 3 * interval
            last = now
            for index in lines.indices where lines[index].heard != nil {
                var byte: UInt8 = 1
                send(lines[index].socket, &byte, 1, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                if wasAway { lines[index].heard = now }
                listen(&lines[index], now)
                guard let heard = lines[index].heard else { continue }
                let seconds = (now - heard) / .seconds(1)
                if seconds > silence { return lost(lines[index].host, seconds) }
            }
        }
    }

    private static func listen(_ line: inout Line, _ now: ContinuousClock.Instant) {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(line.socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                line.heard = now
                continue
            }
            if count == 0 || ![EAGAIN, EINTR].contains(errno) { line.heard = nil }
            return
        }
    }
}

/// The seconds of silence after which a host counts as lost: `TREEVAE_LOST_HOST_SECONDS`, 45 unless set; 0 for never.
func lostHostSeconds(_ environment: [String: String]) throws(LaunchError) -> Double {
    try StallLimits.seconds("TREEVAE_LOST_HOST_SECONDS", environment) ?? 45
}
