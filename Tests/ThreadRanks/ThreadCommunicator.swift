import Collectives
import Glibc
import Synchronization

/// Ranks that are threads of one process: distributed logic without a launcher, for tests.
///
/// Ranks that call different operations, or one that ends while others
/// wait for it, give a ``CollectiveError`` instead of a hang.
public final class ThreadCommunicator: Communicator {
    /// This rank.
    public let rank: Int
    /// Number of ranks.
    public var size: Int { rendezvous.size }
    private let rendezvous: Rendezvous

    private init(rank: Int, rendezvous: Rendezvous) {
        self.rank = rank
        self.rendezvous = rendezvous
    }

    /// Runs `body` once for each rank, each on a thread of its own, and waits for all.
    ///
    /// Expectations of a test belong after this, on what `body` returns: its threads belong to no test.
    ///
    /// - Returns: what `body` returned, in the order of the ranks.
    /// - Throws: the error of the lowest rank that failed by itself, rather than because another had.
    @discardableResult
    public static func run<Outcome: Sendable>(
        ranks: Int, _ body: @escaping @Sendable (any Communicator) throws -> Outcome
    ) throws -> [Outcome] {
        let results = outcomes(ranks: ranks, body)
        let errors = results.compactMap { result in
            if case .failure(let error) = result { error } else { nil }
        }
        if let error = errors.first(where: { !($0 is CollectiveError) }) ?? errors.first { throw error }
        return try results.map { try $0.get() }
    }

    /// As ``run(ranks:_:)``, with the error of each rank in its place.
    public static func outcomes<Outcome: Sendable>(
        ranks: Int, _ body: @escaping @Sendable (any Communicator) throws -> Outcome
    ) -> [Result<Outcome, any Error>] {
        precondition(ranks > 0, "a job has at least one rank")
        let rendezvous = Rendezvous(size: ranks)
        let results = Results<Outcome>(count: ranks)
        let threads = (0..<ranks).map { rank in
            NativeThread {
                let result = Result { try body(ThreadCommunicator(rank: rank, rendezvous: rendezvous)) }
                rendezvous.leave(rank: rank, after: result.map { _ in })
                results.values.withLock { $0[rank] = result }
            }
        }
        for thread in threads { thread.join() }
        return results.values.withLock { $0.compactMap { $0 } }
    }

    private final class Results<Outcome: Sendable>: Sendable {
        let values: Mutex<[Result<Outcome, any Error>?]>
        init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }
    }

    /// In the order of ``ReductionTree``.
    public func sum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try reduce(buffer, count: count, "sum", purpose, by: T.add)
    }

    /// As ``sum(_:count:purpose:)``; all ranks get all parts.
    public func reduceScatter<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) -> Range<Int> {
        try reduce(buffer, count: count, "reduce-scatter", purpose, by: T.add)
        return part(of: count, rank: rank)
    }

    /// Copies from every rank its part.
    public func allGather<T: Reducible>(
        partsOf buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        let call = Rendezvous.Call(operation: "all-gather", element: T.element, count: count, root: nil)
        let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: buffer, count: count))
        try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: bytes) { contributions in
            guard count > 0 else { return }
            let buffers = contributions.map { $0.assumingMemoryBound(to: T.self).baseAddress! }
            for (owner, source) in buffers.enumerated() {
                let part = part(of: count, rank: owner)
                for target in buffers where target != source {
                    (target + part.lowerBound).update(from: source + part.lowerBound, count: part.count)
                }
            }
        }
    }

    private func part(of count: Int, rank: Int) -> Range<Int> {
        let tree = ReductionTree(rank: rank, size: size)
        return tree.range(of: count, after: tree.rounds)
    }

    /// In any order.
    public func maximum<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, purpose: StaticString
    ) throws(CollectiveError) {
        try reduce(buffer, count: count, "maximum", purpose) { others, values, count in
            for index in 0..<count { values[index] = max(values[index], others[index]) }
        }
    }

    private func reduce<T: Reducible>(
        _ buffer: UnsafeMutablePointer<T>, count: Int, _ operation: String, _ purpose: StaticString,
        by combine: (UnsafePointer<T>, UnsafeMutablePointer<T>, Int) -> Void
    ) throws(CollectiveError) {
        let call = Rendezvous.Call(operation: operation, element: T.element, count: count, root: nil)
        let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: buffer, count: count))
        try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: bytes) { contributions in
            guard count > 0 else { return }
            let operands = contributions.map { $0.assumingMemoryBound(to: T.self).baseAddress! }
            let trees = (0..<size).map { ReductionTree(rank: $0, size: size) }
            for (rank, tree) in trees.enumerated() {
                if case .takes(let other) = tree.prelude { combine(operands[other], operands[rank], count) }
            }
            // The lower rank of each pair takes the other's numbers in, so that rank 0 ends with those of all.
            for round in 0..<trees[0].rounds {
                for (rank, tree) in trees.enumerated() where !tree.givesAway && rank < tree.partner(round) {
                    combine(operands[tree.partner(round)], operands[rank], count)
                }
            }
            for operand in operands.dropFirst() { operand.update(from: operands[0], count: count) }
        }
    }

    /// Copies from rank `root`.
    public func broadcast(
        _ bytes: UnsafeMutableRawBufferPointer, root: Int, purpose: StaticString
    ) throws(CollectiveError) {
        precondition((0..<size).contains(root), "rank \(root) does not exist")
        let call = Rendezvous.Call(operation: "broadcast", element: nil, count: bytes.count, root: root)
        try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: bytes) { contributions in
            for (rank, target) in contributions.enumerated() where rank != root {
                target.copyMemory(from: UnsafeRawBufferPointer(contributions[root]))
            }
        }
    }

    /// Copies to rank `root`.
    public func gather(
        _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int,
        purpose: StaticString
    ) throws(CollectiveError) {
        precondition((0..<size).contains(root), "rank \(root) does not exist")
        precondition(
            rank != root || received.count == size * bytes.count, "the root receives the bytes of all ranks")
        let all = try allGather(Array(bytes), purpose: purpose)
        guard rank == root else { return }
        received.copyBytes(from: all.joined())
    }

    /// Copies to all ranks.
    public func allGather(_ bytes: [UInt8], purpose: StaticString) throws(CollectiveError) -> [[UInt8]] {
        let call = Rendezvous.Call(operation: "all-gather", element: nil, count: nil, root: nil)
        // Whoever arrives last copies for all while the others are held here, into what each hands in.
        var share = Share(bytes: bytes, gathered: [])
        try withUnsafeMutablePointer(to: &share) { share throws(CollectiveError) in
            let handle = UnsafeMutableRawBufferPointer(start: share, count: MemoryLayout<Share>.size)
            try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: handle) { contributions in
                let shares = contributions.map { $0.assumingMemoryBound(to: Share.self) }
                let gathered = shares.map { $0[0].bytes }
                for share in shares { share[0].gathered = gathered }
            }
        }
        return share.gathered
    }

    private struct Share {
        let bytes: [UInt8]
        var gathered: [[UInt8]]
    }

    /// Waits for all ranks.
    public func barrier(purpose: StaticString) throws(CollectiveError) {
        let call = Rendezvous.Call(operation: "barrier", element: nil, count: nil, root: nil)
        let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: nothing) { _ in }
    }

    /// A barrier: whoever waits for another thread sleeps.
    public func rest(purpose: StaticString) throws(CollectiveError) { try barrier(purpose: purpose) }

    /// The last to arrive makes the groups of all.
    public func split(
        group: Int?, purpose: StaticString
    ) throws(CollectiveError) -> (any Communicator)? {
        precondition(group ?? 0 >= 0, "a group is not negative")
        let call = Rendezvous.Call(operation: "split", element: nil, count: nil, root: nil)
        var membership = Membership(group: group, communicator: nil)
        try withUnsafeMutablePointer(to: &membership) { membership throws(CollectiveError) in
            let handle = UnsafeMutableRawBufferPointer(
                start: membership, count: MemoryLayout<Membership>.size)
            try rendezvous.meet(rank: rank, call, purpose: purpose, bytes: handle) { contributions in
                let memberships = contributions.map { $0.assumingMemoryBound(to: Membership.self) }
                for group in rendezvous.split(memberships.map { $0[0].group }) {
                    for (member, rank) in group.ranks.enumerated() {
                        memberships[rank][0].communicator = ThreadCommunicator(
                            rank: member, rendezvous: group.rendezvous)
                    }
                }
            }
        }
        return membership.communicator
    }

    private struct Membership {
        let group: Int?
        var communicator: ThreadCommunicator?
    }

    /// Nothing to end.
    public func finalize() {}

    /// Ends the process, and so all ranks.
    public func abort(code: Int32) -> Never { exit(code) }
}
