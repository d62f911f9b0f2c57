import Foundation
import Synchronization
import Testing

@testable import Collectives

@Suite struct WatchdogTests {
    private final class Log: Sendable {
        let stalls = Mutex<[Stall]>([])
        let expired = Mutex<[Stall]>([])
    }

    /// Boards of all ranks of a node over the same memory.
    private func boards(_ ranks: [Int]) -> [ProgressBoard] {
        let size = ranks.count * ProgressBoard.slotSize
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: ProgressBoard.slotSize)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return ranks.indices.map { ProgressBoard(memory: memory, ranks: ranks, own: $0) }
    }

    private func watchdog(_ board: ProgressBoard, size: Int, _ limits: StallLimits, _ log: Log) -> Watchdog {
        Watchdog(
            board: board, size: size, limits: limits,
            report: { stall in log.stalls.withLock { $0.append(stall) } },
            expire: { stall in log.expired.withLock { $0.append(stall) } })
    }

    private func wait(for condition: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() && ContinuousClock.now < deadline { usleep(2000) }
    }

    @Test func namesTheRanksThatHaveNotArrived() throws {
        let boards = boards([4, 5, 6, 7])
        let limits = StallLimits(warning: 0.05, abort: 0.3)
        let log = Log()
        // Rank 4 waits, 6 waits too, 5 and 7 are elsewhere.
        let first = watchdog(boards[0], size: 8, limits, log)
        let second = watchdog(boards[2], size: 8, limits, Log())
        second.enter("all-reduce", "gradients")
        first.enter("all-reduce", "gradients")
        wait { log.expired.withLock { !$0.isEmpty } }
        first.stop()
        second.stop()
        let stalls = log.stalls.withLock { $0 }
        let stall = try #require(stalls.first)
        #expect(stall.rank == 4 && stall.missing == [5, 7] && stall.unseen == 4)
        #expect(stall.operation == "all-reduce" && stall.purpose == "gradients")
        #expect(stall.description("Warning").hasSuffix("gradients; not arrived: ranks 5, 7 on this host"))
        #expect(stalls.count <= 4, "warnings come at doubling intervals")
        #expect(try #require(log.expired.withLock { $0.first }).seconds >= 0.3)
    }

    @Test func namesARankThatWasStoppedAfterItHadArrived() throws {
        let boards = boards([0, 1, 2])
        let limits = StallLimits(warning: 0.4, abort: 1.2)
        let log = Log()
        // Rank 0 is stopped in the operation, and so has no thread that shows its pulse; 1 and 2 wait.
        boards[0].advance()
        let second = watchdog(boards[1], size: 3, limits, log)
        let third = watchdog(boards[2], size: 3, limits, Log())
        for dog in [second, third] { dog.enter("all-reduce", "gradients") }
        wait { log.expired.withLock { !$0.isEmpty } }
        second.stop()
        third.stop()
        let stall = try #require(log.expired.withLock { $0.first })
        #expect(stall.silent == [0] && stall.missing == [])
        #expect(
            stall.description("Error").contains("; rank 0 on this host gives no sign of life: stopped, or"))
    }

    @Test func onlyTheLowestWaitingRankSpeaks() throws {
        let boards = boards([0, 1, 2])
        let limits = StallLimits(warning: 0.05, abort: 0.3)
        let logs = [Log(), Log()]
        let dogs = (0..<2).map { watchdog(boards[$0], size: 3, limits, logs[$0]) }
        for dog in dogs { dog.enter("barrier", "the epoch") }
        wait { logs[0].expired.withLock { !$0.isEmpty } }
        for dog in dogs { dog.stop() }
        #expect(logs[0].stalls.withLock { $0.first }?.missing == [2])
        #expect(logs[0].expired.withLock { $0.count } == 1)
        #expect(logs[1].stalls.withLock { $0.isEmpty } && logs[1].expired.withLock { $0.isEmpty })
    }

    @Test func staysSilentWhileWorkGoesOn() throws {
        let log = Log()
        let dog = watchdog(boards([0, 1])[0], size: 2, StallLimits(warning: 0.5, abort: 1), log)
        let end = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < end {
            dog.enter("all-reduce", "gradients")
            dog.leave()
        }
        usleep(900_000)
        dog.stop()
        #expect(log.stalls.withLock { $0.isEmpty } && log.expired.withLock { $0.isEmpty })
    }

    @Test func costsNextToNothing() {
        let dog = watchdog(boards([0])[0], size: 1, StallLimits(), Log())
        let count = 100_000
        let start = ContinuousClock.now
        for _ in 0..<count {
            dog.enter("all-reduce", "gradients")
            dog.leave()
        }
        let nanoseconds = (ContinuousClock.now - start) / .nanoseconds(1) / Double(count)
        dog.stop()
        // Nanoseconds in a release build; the bound leaves room for a debug build on a busy machine.
        #expect(nanoseconds < 20_000)
    }
}
