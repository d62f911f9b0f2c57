import Benchmarks
import CMPI
import Testing
import TestSupport

@testable import Collectives

/// Runs on every rank of `mpirun -np N`; each test is collective.
@Suite(.serialized, .needs(.launcher))
struct MPITests {
    let world: MPICommunicator

    init() throws { world = try MPIWorld.communicator.get() }

    @Test func everyCallReturnsTheOneWorld() throws {
        let again = try Launch.communicator()
        #expect(again === world)
        #expect((0..<world.size).contains(world.rank))
    }

    @Test(arguments: [0, 1, 2, 3, 7, 64, 1000, 1023, 4096, 10_007, 65_536, 262_147, 1_000_001])
    func sumsHaveTheSameBitsOnAllRanksAndInAllRuns(_ count: Int) throws {
        let own = (0..<count).map { Float(number(rank: world.rank, index: $0)) }
        var first = own
        try world.sum(&first, purpose: "test")
        var second = own
        try world.sum(&second, purpose: "test")
        #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
        try world.verifyReplicas(digest: digest(first), what: "the sums")

        var largest = 0.0
        for index in stride(from: 0, to: count, by: max(1, count / 1000)) {
            let exact = (0..<world.size).reduce(0.0) { $0 + Double(Float(number(rank: $1, index: index))) }
            largest = max(largest, abs(Double(first[index]) - exact))
        }
        #expect(largest < 1e-6)
    }

    /// Two sums on their way at once, short ones and long ones, with other operations in between.
    @Test(arguments: [(1, 3), (600, 17), (2048, 2049), (5000, 100)])
    func sumsOnTheirWayMakeTheSum(_ first: Int, _ second: Int) throws {
        let own = [first, second].map { (0..<$0).map { number(rank: world.rank, index: $0) } }
        let expected = try own.map { values in
            var sum = values
            try world.sum(&sum, purpose: "test")
            return sum
        }
        var (one, two) = (own[0], own[1])
        try one.withUnsafeMutableBufferPointer { one in
            try two.withUnsafeMutableBufferPointer { two in
                let (one, two) = (one.baseAddress!, two.baseAddress!)
                for _ in 0..<3 {
                    one.update(from: own[0], count: first)
                    two.update(from: own[1], count: second)
                    try world.startSum(one, count: first, lane: 0, purpose: "test")
                    try world.startSum(two, count: second, lane: 1, purpose: "test")
                    var ranks = [1.0]
                    try world.sum(&ranks, purpose: "test")
                    #expect(ranks[0] == Double(world.size))
                    try world.finishSum(one, count: first, lane: 0, purpose: "test")
                    try world.barrier(purpose: "test")
                    try world.finishSum(two, count: second, lane: 1, purpose: "test")
                }
            }
        }
        #expect(one == expected[0] && two == expected[1])
    }

    /// In the order of the ranks, whichever way the numbers take; of all ranks and of one less, which is another tree.
    @Test(arguments: [0, 1, 100, 2048, 2049, 5000, 100_003])
    func sumsAreTheSameThroughMemoryAndByMessages(_ count: Int) throws {
        for size in [world.size, world.size - 1] where size > 1 {
            let sums = try [true, false].map { sharesMemory in
                var group = cmpi_comm_null()
                let color = world.rank < size ? 0 : cmpi_undefined()
                try world.check(
                    MPI_Comm_split(world.native, color, Int32(world.rank), &group), "split", "test")
                guard world.rank < size else { return [[Double]]() }
                let communicator = try MPICommunicator(
                    cmpi_comm(group), isWorld: false, limits: StallLimits(), sharesMemory: sharesMemory)
                #expect((communicator.memory != nil) == sharesMemory)
                defer { try? communicator.finalize() }
                return try (0..<3).map { repetition in
                    var whole = (0..<count).map { number(rank: world.rank, index: $0 + repetition) }
                    var later = whole
                    var parts = whole
                    try communicator.sum(&whole, purpose: "test")
                    try later.withUnsafeMutableBufferPointer { later in
                        guard let base = later.baseAddress else { return }
                        try communicator.startSum(base, count: count, lane: 1, purpose: "test")
                        try communicator.finishSum(base, count: count, lane: 1, purpose: "test")
                    }
                    try parts.withUnsafeMutableBufferPointer { parts in
                        guard let base = parts.baseAddress else { return }
                        _ = try communicator.reduceScatter(base, count: count, purpose: "test")
                        try communicator.allGather(partsOf: base, count: count, purpose: "test")
                    }
                    #expect(later == whole && parts == whole)
                    return whole
                }
            }
            #expect(sums[0] == sums[1])
        }
        try world.rest(purpose: "test")
    }

    /// Each rank adds up its part in the same order as in a sum, and hands it to the others.
    @Test(arguments: [0, 1, 17, 4096, 100_003]) func partsOfASumMakeTheSum(_ count: Int) throws {
        let own = (0..<count).map { Float(number(rank: world.rank, index: $0)) }
        var sum = own
        try world.sum(&sum, purpose: "test")
        var parts = own
        let part = try parts.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0..<0 }
            let part = try world.reduceScatter(base, count: count, purpose: "test")
            for index in 0..<count where !part.contains(index) { base[index] = .nan }
            try world.allGather(partsOf: base, count: count, purpose: "test")
            return part
        }
        #expect(parts.map(\.bitPattern) == sum.map(\.bitPattern))
        #expect(try world.allGather([part.count], purpose: "test").joined().reduce(0, +) == count)
    }

    @Test func reducesAllElements() throws {
        func check<T: Reducible & ExpressibleByIntegerLiteral>(_ values: (Int) -> T) throws {
            var sum = [values(world.rank), 1, 0]
            try world.sum(&sum, purpose: "test")
            let all = (0..<world.size).map(values)
            let ones: T = (0..<world.size).reduce(.zero) { total, _ in total + 1 }
            #expect(sum == [all.reduce(.zero, +), ones, 0])
            var maximum = [values(world.rank), values(world.size - 1 - world.rank)]
            try world.maximum(&maximum, purpose: "test")
            #expect(maximum.allSatisfy { $0 == all.max() })
        }
        try check { Float($0) - 1.5 }
        try check { Double($0) * 0.5 - 1 }
        try check { Int32($0) - 2 }
        try check { Int64($0) << 40 }
        try check { UInt64($0) << 60 }
    }

    @Test func cutsLargeMessagesIntoPieces() throws {
        var values = (0..<1001).map { Int64(world.rank * 10_000 + $0) }
        let count = values.count
        try values.withUnsafeMutableBufferPointer {
            try world.sum($0.baseAddress!, count: count, purpose: "test", limit: 64)
        }
        let base = (0..<world.size).reduce(0) { $0 + $1 * 10_000 }
        #expect(values == (0..<1001).map { Int64(base + world.size * $0) })

        var bytes = (0..<1001).map { UInt8(truncatingIfNeeded: $0 * 7 + world.rank) }
        try bytes.withUnsafeMutableBytes {
            try world.broadcast($0, root: world.size - 1, purpose: "test", limit: 100)
        }
        #expect(bytes == (0..<1001).map { UInt8(truncatingIfNeeded: $0 * 7 + world.size - 1) })

        let share = [UInt8](repeating: UInt8(world.rank), count: world.rank * 333)
        let gathered = try world.allGather(share, purpose: "test", limit: 100)
        let expected = (0..<world.size).map { [UInt8](repeating: UInt8($0), count: $0 * 333) }
        #expect(gathered == expected)
    }

    @Test(arguments: [1 << 30, 100, 8]) func gathersInTheOrderOfTheRanks(_ limit: Int) throws {
        let own = (0..<501).map { UInt8(truncatingIfNeeded: $0 * 3 + world.rank) }
        let root = world.size - 1
        var received = [UInt8](repeating: 0, count: world.rank == root ? 501 * world.size : 0)
        try own.withUnsafeBytes { own in
            try received.withUnsafeMutableBytes {
                try world.gather(own, into: $0, root: root, purpose: "test", limit: limit)
            }
        }
        guard world.rank == root else { return }
        let expected = (0..<world.size).flatMap { rank in
            (0..<501).map { UInt8(truncatingIfNeeded: $0 * 3 + rank) }
        }
        #expect(received == expected)
    }

    @Test func allGathersWhateverEachRankHas() throws {
        let all = try world.allGather((0..<world.rank * 5).map { Double($0) }, purpose: "test")
        #expect(all == (0..<world.size).map { (0..<$0 * 5).map { Double($0) } })
        let empty = try world.allGather([Int32](), purpose: "test")
        #expect(empty == Array(repeating: [], count: world.size))
        try world.barrier(purpose: "test")
    }

    @Test func agreesOnAFailure() throws {
        struct Broken: Error, CustomStringConvertible { let description: String }
        #expect(try world.agree("test") { world.rank * 2 } == world.rank * 2)
        let last = world.size - 1
        let error = #expect(throws: AgreedError.self) {
            try world.agree("test") {
                if world.rank == last { throw Broken(description: "shard \(last) is gone") }
            }
        }
        #expect(error?.message == "shard \(last) is gone")
        #expect(error?.rank == last && error?.failed == [last])
        #expect(error?.isReporter == (world.rank == last))
    }

    /// The one that differs from most; of two that differ, none is right.
    @Test func namesTheReplicaThatDeviates() throws {
        try world.verifyReplicas(digest: 42, what: "the parameters")
        var deviating: [Int] = []
        do {
            try world.verifyReplicas(digest: world.rank == 1 ? 7 : 42, what: "the parameters")
        } catch let error as ReplicaError {
            deviating = error.deviating
            #expect(error.isReporter == (world.rank == 0))
        }
        #expect(deviating == [[], [0, 1], [1]][min(world.size, 3) - 1])
    }

    @Test func errorsSayWhatFailed() throws {
        // A negative count fails on every rank before anything is sent.
        let error = #expect(throws: CollectiveError.self) {
            let status = MPI_Bcast(nil, -1, cmpi_byte(), 0, cmpi_comm_world())
            try world.check(status, "broadcast", "the test of errors")
        }
        #expect(error?.operation == "broadcast" && error?.purpose == "the test of errors")
        #expect(error?.rank == world.rank && error?.size == world.size)
        // "MPI_ERR_COUNT: invalid count argument" in Open MPI, "Invalid count, ..." in MPICH.
        #expect(error?.nativeText.lowercased().contains("count") == true, "\(error?.nativeText ?? "")")
        try world.barrier(purpose: "test")
    }

    @Test func groupsWorkByThemselves() throws {
        let isLast = world.rank == world.size - 1
        let group = try world.split(group: isLast ? nil : world.rank % 2, purpose: "test")
        #expect((group == nil) == isLast)
        if let group {
            let members = Array(stride(from: world.rank % 2, to: world.size - 1, by: 2))
            #expect(group.size == members.count && members[group.rank] == world.rank)
            var sum = [Int64(world.rank)]
            try group.sum(&sum, purpose: "test")
            #expect(sum == [Int64(members.reduce(0, +))])
            let all = try group.allGather([Int64(world.rank)], purpose: "test")
            #expect(all == members.map { [Int64($0)] })
            try group.finalize()
            try group.finalize()
        }
        try world.rest(purpose: "test")
        // The world goes on.
        var ranks = [Int64(1)]
        try world.sum(&ranks, purpose: "test")
        #expect(ranks == [Int64(world.size)])
    }

    @Test func benchmarkMeasuresTheSameOnAllRanks() throws {
        let benchmark = try AllreduceBenchmark(world, sizes: [1024, 65_536], repetitions: 5)
        #expect(benchmark.ranks == world.size)
        #expect(benchmark.measurements.map(\.bytes) == [1024, 65_536])
        #expect(benchmark.measurements.allSatisfy { $0.medianSeconds >= $0.minimumSeconds })
        let medians = try world.allGather(benchmark.measurements.map(\.medianSeconds), purpose: "test")
        #expect(Set(medians).count == 1)
    }
}
