/// The ranks of one job and what they do together.
///
/// Every operation but ``abort(code:)`` is collective: all ranks call the same operations in the same order,
/// with the same counts and roots. It blocks until its result is there. `purpose` says what for, in the words of
/// the caller ("gradients"); errors and the stall warning repeat it.
///
/// The result is the same, bit for bit, on all ranks and from run to run. Floating-point sums go through the ranks
/// pairwise: 0 and 1, 2 and 3, then these pairs, and so on.
///
/// At most one thread at a time may use a communicator.
public protocol Communicator: AnyObject, Sendable {
    /// This rank, `0 ..< size`.
    var rank: Int { get }
    /// Number of ranks.
    var size: Int { get }

    /// Replaces `buffer[0 ..< count]` by its sum over all ranks. `count` may be 0.
    func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) throws(CollectiveError)

    /// Begins a sum that ``finishSum(_:count:lane:purpose:)`` completes, so that numbers cross the network while this rank
    /// computes. Until then the numbers stay where they are, and untouched. Other operations may come in between, in the
    /// same order on all ranks.
    ///
    /// - Parameter lane: `0 ..< sumLanes`; one sum at a time in each.
    func startSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError)

    /// Completes the sum that was begun last in the lane, of the same numbers.
    func finishSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError)

    /// Adds up `buffer[0 ..< count]` over all ranks, each of which gets a part of the sum.
    ///
    /// - Returns: this rank's part, at its place in `buffer`. What the rest of `buffer` holds is undefined. The parts
    ///   of all ranks cover `0 ..< count` and depend on `count` alone; some may be empty.
    func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) -> Range<Int>

    /// Completes `buffer[0 ..< count]` on all ranks, each of which brings the part that
    /// ``reduceScatter(_:count:purpose:)`` gives it.
    func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) throws(CollectiveError)

    /// Replaces `buffer[0 ..< count]` by its largest value over all ranks; unspecified where one is NaN.
    func maximum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString) throws(CollectiveError)

    /// Replaces `bytes` by those of rank `root`; as many on every rank.
    func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString) throws(CollectiveError)

    /// Collects `bytes`, as many on every rank, on rank `root`, in the order of the ranks.
    ///
    /// - Parameter received: `size * bytes.count` bytes on `root`; not looked at on the others.
    func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString) throws(CollectiveError)

    /// The bytes of all ranks, in the order of the ranks; the counts may differ.
    func allGather(_ bytes: [UInt8], purpose: StaticString) throws(CollectiveError) -> [[UInt8]]

    /// Returns when all ranks have called it.
    func barrier(purpose: StaticString) throws(CollectiveError)

    /// As ``barrier(purpose:)``, for ranks that have nothing to do while others work: it sleeps, where other
    /// operations may keep a core busy, and may return some milliseconds late.
    func rest(purpose: StaticString) throws(CollectiveError)

    /// Divides the ranks into groups: one communicator over all ranks that name the same group, in the order
    /// they have here.
    ///
    /// Two threads may not use a communicator and a group of it at the same time. Its users finalize a group
    /// before the communicator that it comes from.
    ///
    /// - Parameter group: any number from 0 on; nil for a rank that belongs to no group.
    /// - Returns: the group's communicator; nil for nil.
    func split(
        group: Int?, purpose: StaticString
    ) throws(CollectiveError) -> (any Communicator)?

    /// Ends the use of the communicator after success, or after an error that all its ranks know of.
    func finalize() throws(CollectiveError)

    /// Ends the whole job at once with exit status `code`, whatever the other ranks are doing.
    func abort(code: Int32) -> Never
}

/// How many sums a communicator can have on their way at once.
public let sumLanes = 2

extension Communicator {
    /// Leaves it all to ``finishSum(_:count:lane:purpose:)``.
    public func startSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {}

    /// A sum, of which nothing has been done yet.
    public func finishSum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, lane: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try sum(buffer, count: count, purpose: purpose)
    }
}
