import Glibc
import Synchronization

/// Memory of one rank that another on the node reads: some bytes, and the number of the message that they are.
///
/// Whoever waits looks for some microseconds, in which most messages come, and then sleeps until it is woken: where
/// others compute beside the ranks, the one that works needs the core of the one that waits.
struct Mailbox {
    /// The most bytes of a message.
    static let capacity = 16 << 10
    /// Bytes of a mailbox. What tells of messages has a cache line of its own.
    static let size = line + capacity
    private static let line = 64

    /// Looks before sleeping: about 20 microseconds.
    private static let looks = 1 << 13
    /// The longest sleep, in nanoseconds.
    private static let nap = 1_000_000

    private let number: UnsafeMutablePointer<Atomic<UInt64>>
    /// Whether the reader sleeps, or is about to.
    private let sleeps: UnsafeMutablePointer<Atomic<Bool>>
    private let alarm: UnsafeMutablePointer<sem_t>
    private let message: UnsafeMutableRawPointer

    /// The mailbox at `address`, of ``size`` bytes.
    init(at address: UnsafeMutableRawPointer) {
        precondition(16 + MemoryLayout<sem_t>.size <= Self.line)
        number = address.assumingMemoryBound(to: Atomic<UInt64>.self)
        sleeps = (address + 8).assumingMemoryBound(to: Atomic<Bool>.self)
        alarm = (address + 16).assumingMemoryBound(to: sem_t.self)
        message = address + Self.line
    }

    /// Nothing has been left yet.
    func clear() {
        sem_init(alarm, 1, 0)
        sleeps.pointee.store(false, ordering: .releasing)
        number.pointee.store(0, ordering: .releasing)
    }

    /// Leaves message `number`, counted from 1; the one that lies there has been read.
    func leave(_ bytes: UnsafeRawBufferPointer, number: UInt64) {
        if let address = bytes.baseAddress { memcpy(message, address, bytes.count) }
        // Both orders are sequential: the reader sees the number, or the writer sees that the reader sleeps.
        self.number.pointee.store(number, ordering: .sequentiallyConsistent)
        if sleeps.pointee.load(ordering: .sequentiallyConsistent),
            sleeps.pointee.exchange(false, ordering: .acquiringAndReleasing)
        {
            sem_post(alarm)
        }
    }

    /// Waits for message `number`, and calls `idle` now and then meanwhile.
    func wait(number: UInt64, idle: () -> Void) -> UnsafeRawPointer {
        var looks = 0
        while self.number.pointee.load(ordering: .acquiring) < number {
            looks += 1
            if looks % 1024 == 0 { idle() }
            if looks > Self.looks { sleep(until: number) }
        }
        return UnsafeRawPointer(message)
    }

    /// Until message `number` is there, or for a while; an alarm for an earlier message ends it, too.
    private func sleep(until number: UInt64) {
        sleeps.pointee.store(true, ordering: .sequentiallyConsistent)
        if self.number.pointee.load(ordering: .sequentiallyConsistent) < number {
            var end = timespec()
            clock_gettime(CLOCK_REALTIME, &end)
            end.tv_nsec += Self.nap
            if end.tv_nsec >= 1_000_000_000 {
                end.tv_nsec -= 1_000_000_000
                end.tv_sec += 1
            }
            sem_timedwait(alarm, &end)
        }
        sleeps.pointee.store(false, ordering: .releasing)
    }
}
