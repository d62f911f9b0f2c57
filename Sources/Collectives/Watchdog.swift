import Glibc
import Synchronization

/// A thread that notices when this rank waits in a collective operation for too long.
///
/// The operation itself pays for four atomic stores and reads no clock: the thread looks at the
/// counter now and then and measures on its own how long it has stood still, to about a second. Of the ranks of
/// one node that wait in the same operation, only the lowest one speaks.
final class Watchdog: Sendable {
    private let board: ProgressBoard
    private let rank: Int
    private let size: Int
    private let host: String
    private let limits: StallLimits
    private let report: @Sendable (Stall) -> Void
    private let expire: @Sendable (Stall) -> Void
    /// Addresses of static texts, so that storing them copies nothing.
    private let operation = Atomic<UInt>(0)
    private let purpose = Atomic<UInt>(0)
    private let stopping = Stopper()
    private let thread = Mutex<NativeThread?>(nil)

    /// Starts the thread, unless neither limit is set.
    ///
    /// - Parameters:
    ///   - report: called once at the warning limit, then each time the wait has doubled.
    ///   - expire: called once at the abort limit; expected not to return.
    init(
        board: ProgressBoard, size: Int, limits: StallLimits,
        report: @escaping @Sendable (Stall) -> Void, expire: @escaping @Sendable (Stall) -> Void
    ) {
        self.board = board
        self.rank = board.ranks[board.own]
        self.size = size
        self.limits = limits
        self.report = report
        self.expire = expire
        host = hostName()
        guard limits.warning > 0 || limits.abort > 0 else { return }
        thread.withLock { $0 = NativeThread { [self] in watch() } }
    }

    /// To be called before the operation.
    func enter(_ operation: StaticString, _ purpose: StaticString) {
        self.operation.store(UInt(bitPattern: operation.utf8Start), ordering: .relaxed)
        self.purpose.store(UInt(bitPattern: purpose.utf8Start), ordering: .relaxed)
        board.advance()
    }

    /// To be called after the operation.
    func leave() { board.advance() }

    /// Ends the thread and waits for it.
    func stop() {
        stopping.raise()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private func watch() {
        let shortest = [limits.warning, limits.abort].filter { $0 > 0 }.min() ?? 1
        let interval = min(1, shortest / 4)
        var seen = board.counter(of: board.own)
        var since = ContinuousClock.now
        var nextWarning = limits.warning
        var pulses = board.ranks.indices.map { (count: board.pulse(of: $0), since: since) }

        while !stopping.wait(seconds: interval) {
            board.beat()
            if board.isEnding {
                // Who has found out says why.
                usleep(500_000)
                _exit(1)
            }
            let counter = board.counter(of: board.own)
            let now = ContinuousClock.now
            for slot in pulses.indices where board.pulse(of: slot) != pulses[slot].count {
                pulses[slot] = (board.pulse(of: slot), now)
            }
            let silent = pulses.indices.filter { (now - pulses[$0].since) / .seconds(1) > 10 * interval }
            guard counter == seen, counter % 2 == 1 else {
                seen = counter
                since = now
                nextWarning = limits.warning
                continue
            }
            let waited = (now - since) / .seconds(1)
            // The others leave the lowest one time to end the job, so that its reason is printed once.
            let grace = isLowestWaiting(counter, silent) ? 0 : min(10, limits.abort)
            if limits.abort > 0, waited >= limits.abort + grace {
                if let stall = stall(counter, waited, silent) { expire(stall) }
                return
            }
            if limits.warning > 0, waited >= nextWarning {
                nextWarning = 2 * waited
                if isLowestWaiting(counter, silent), let stall = stall(counter, waited, silent) {
                    report(stall)
                }
            }
        }
    }

    /// What this rank waits for, or nil if it has just gone on.
    private func stall(_ counter: UInt64, _ seconds: Double, _ silent: [Int]) -> Stall? {
        let operation = text(self.operation)
        let purpose = text(self.purpose)
        let missing = board.ranks.indices.filter { board.counter(of: $0) < counter }
        guard board.counter(of: board.own) == counter else { return nil }
        return Stall(
            rank: rank, host: host, operation: operation, purpose: purpose, seconds: seconds,
            missing: missing.map { board.ranks[$0] }, silent: silent.map { board.ranks[$0] },
            unseen: size - board.ranks.count)
    }

    /// A rank that is silent speaks for nobody.
    private func isLowestWaiting(_ counter: UInt64, _ silent: [Int]) -> Bool {
        !(0..<board.own).contains { board.counter(of: $0) == counter && !silent.contains($0) }
    }

    private func text(_ address: borrowing Atomic<UInt>) -> String {
        UnsafePointer<CChar>(bitPattern: address.load(ordering: .relaxed)).map(String.init(cString:)) ?? "?"
    }
}

/// A flag that a thread can sleep on: a pipe, which has something to read once it is raised.
final class Stopper: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [0, 0]
        let status = pipe(&ends)
        precondition(status == 0, "no pipe can be made: \(String(cString: strerror(errno)))")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func raise() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Whether the flag was raised within about `seconds`; a signal may wake the sleeper early.
    func wait(seconds: Double) -> Bool {
        var event = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, Int32((seconds * 1000).rounded(.up))) > 0
    }
}
