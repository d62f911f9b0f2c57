import Glibc

/// The only rank of a job that no launcher started. Sums are what they were; nothing native is called.
public final class SoloCommunicator: Communicator {
    /// A job of one rank.
    public init() {}

    /// 0.
    public var rank: Int { 0 }
    /// 1.
    public var size: Int { 1 }

    /// Nothing to add.
    public func sum<T: Reducible>(_ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) {
        precondition(count >= 0, "a count is not negative")
    }

    /// The whole sum is this rank's part.
    public func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) -> Range<Int> { 0..<count }

    /// Nothing is missing.
    public func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) {}

    /// Nothing to compare.
    public func maximum<T: Reducible>(_ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) {
        precondition(count >= 0, "a count is not negative")
    }

    /// Nobody to send to.
    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString) {
        precondition(root == 0, "rank \(root) does not exist")
    }

    /// Copies `bytes` to `received`.
    public func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString
    ) {
        precondition(root == 0, "rank \(root) does not exist")
        precondition(received.count == bytes.count, "the root receives the bytes of all ranks")
        received.copyMemory(from: bytes)
    }

    /// The bytes of the one rank.
    public func allGather(_ bytes: [UInt8], purpose: StaticString) -> [[UInt8]] { [bytes] }

    /// Nobody to wait for.
    public func barrier(purpose: StaticString) {}

    /// Nobody to wait for.
    public func rest(purpose: StaticString) {}

    /// A job of one rank again.
    public func split(group: Int?, purpose: StaticString) -> (any Communicator)? {
        precondition(group ?? 0 >= 0, "a group is not negative")
        return group.map { _ in SoloCommunicator() }
    }

    /// Nothing to end.
    public func finalize() {}

    /// Exits.
    public func abort(code: Int32) -> Never { exit(code) }
}
