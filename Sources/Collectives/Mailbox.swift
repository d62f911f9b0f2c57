import Glibc
import Synchronization

/// Memory of one rank that others on the node read: some bytes, and the number of the message that they are.
struct Mailbox {
    /// The most bytes of a message.
    static let capacity = 16 << 10
    /// Bytes of a mailbox. The number has a cache line of its own.
    static let size = line + capacity
    private static let line = 64

    private let number: UnsafeMutablePointer<Atomic<UInt64>>
    private let message: UnsafeMutableRawPointer

    /// The mailbox at `address`, of ``size`` bytes.
    init(at address: UnsafeMutableRawPointer) {
        number = address.assumingMemoryBound(to: Atomic<UInt64>.self)
        message = address + Self.line
    }

    /// Nothing has been left yet.
    func clear() { number.pointee.store(0, ordering: .releasing) }

    /// Leaves message `number`, counted from 1; all have read the one that lies there.
    func leave(_ bytes: UnsafeRawBufferPointer, number: UInt64) {
        if let address = bytes.baseAddress { memcpy(message, address, bytes.count) }
        self.number.pointee.store(number, ordering: .releasing)
    }

    /// Waits for message `number`, and calls `idle` now and then meanwhile.
    func wait(number: UInt64, idle: () -> Void) -> UnsafeRawPointer {
        var looks = 0
        while self.number.pointee.load(ordering: .acquiring) < number {
            looks += 1
            if looks % 1024 == 0 { idle() }
        }
        return UnsafeRawPointer(message)
    }
}
