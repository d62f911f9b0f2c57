import Collectives
import Glibc

/// Where ranks that are threads meet: each operation is done by the last of them to arrive.
final class Rendezvous: @unchecked Sendable {
    // Unchecked: everything below is touched only with the mutex held.

    /// What a rank wants to do; all of them must want the same.
    struct Call: Equatable, CustomStringConvertible {
        let operation: String
        let element: ReducibleElement?
        let count: Int?
        let root: Int?

        var description: String {
            operation + (count.map { " of \($0)" } ?? "") + (element.map { " \($0.rawValue)" } ?? " bytes")
                + (root.map { " with root \($0)" } ?? "")
        }
    }

    let size: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var call: Call?
    private var firstRank = 0
    private var contributions: [UnsafeMutableRawBufferPointer]
    private var arrived = 0
    private var completed = 0
    private var broken: String?
    /// Groups that were split off, each with the rank here of each of its ranks.
    private var groups: [(rendezvous: Rendezvous, ranks: [Int])] = []

    init(size: Int) {
        self.size = size
        contributions = Array(repeating: UnsafeMutableRawBufferPointer(start: nil, count: 0), count: size)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Waits for all ranks. The last one runs `complete` over the bytes of all, in the order of the ranks.
    func meet(
        rank: Int, _ call: Call, purpose: StaticString, bytes: UnsafeMutableRawBufferPointer,
        complete: ([UnsafeMutableRawBufferPointer]) -> Void
    ) throws(CollectiveError) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let expected = self.call, expected != call, broken == nil {
            breakUp("rank \(firstRank) calls \(expected), rank \(rank) calls \(call)")
        }
        if broken == nil {
            if arrived == 0 { firstRank = rank }
            self.call = call
            contributions[rank] = bytes
            arrived += 1
            let own = completed
            if arrived == size {
                complete(contributions)
                self.call = nil
                arrived = 0
                completed += 1
                pthread_cond_broadcast(condition)
            } else {
                while completed == own && broken == nil { pthread_cond_wait(condition, mutex) }
            }
            if completed > own { return }
        }
        throw CollectiveError(
            operation: call.operation, purpose: "\(purpose)", rank: rank, size: size,
            nativeText: broken ?? "", hint: "look at that rank")
    }

    /// Meetings of groups of these ranks, one for each number in `groupOfRank`, in ascending order; for the last
    /// to arrive, in ``meet(rank:_:purpose:bytes:complete:)``.
    func split(_ groupOfRank: [Int?]) -> [(rendezvous: Rendezvous, ranks: [Int])] {
        let new = Set(groupOfRank.compactMap { $0 }).sorted().map { group in
            let ranks = groupOfRank.indices.filter { groupOfRank[$0] == group }
            return (rendezvous: Rendezvous(size: ranks.count), ranks: ranks)
        }
        groups += new
        return new
    }

    /// A rank that is gone: whoever waits for it, or will, gets an error.
    func leave(rank: Int, after result: Result<Void, any Error>) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        for group in groups {
            if let member = group.ranks.firstIndex(of: rank) {
                group.rendezvous.leave(rank: member, after: result)
            }
        }
        guard broken == nil else { return }
        switch result {
        case .success: breakUp("rank \(rank) has ended")
        case .failure(let error): breakUp("rank \(rank) has ended (\(error))")
        }
    }

    private func breakUp(_ reason: String) {
        broken = reason
        pthread_cond_broadcast(condition)
    }
}
