import Testing
import ThreadRanks

@testable import Collectives

@Suite struct ThreadCommunicatorTests {
    @Test(arguments: 1...5) func sumsPairwise(_ ranks: Int) throws {
        for count in [0, 1, 17, 10_000] {
            let sums = try ThreadCommunicator.run(ranks: ranks) { communicator in
                var values = (0..<count).map { Float(number(rank: communicator.rank, index: $0)) }
                try communicator.sum(&values, purpose: "test")
                return values.map(\.bitPattern)
            }
            let expected = (0..<count).map { index in
                var values = (0..<ranks).map { Float(number(rank: $0, index: index)) }
                // One rank of five is too many for pairs of pairs.
                if ranks == 5 { values[0] += values.remove(at: 1) }
                while values.count > 1 {
                    values = stride(from: 0, to: values.count, by: 2).map {
                        $0 + 1 < values.count ? values[$0] + values[$0 + 1] : values[$0]
                    }
                }
                return values[0].bitPattern
            }
            #expect(sums == Array(repeating: expected, count: ranks))
        }
    }

    @Test func sumsOnTheirWayMakeTheSum() throws {
        let sums = try ThreadCommunicator.run(ranks: 3) { communicator in
            var (one, two) = (Int32(communicator.rank), Int32(10 * communicator.rank))
            try communicator.startSum(&one, count: 1, lane: 0, purpose: "test")
            try communicator.startSum(&two, count: 1, lane: 1, purpose: "test")
            try communicator.finishSum(&one, count: 1, lane: 0, purpose: "test")
            try communicator.finishSum(&two, count: 1, lane: 1, purpose: "test")
            return [one, two]
        }
        #expect(sums == Array(repeating: [3, 30], count: 3))
    }

    @Test(arguments: 1...5) func movesBytesBetweenRanks(_ ranks: Int) throws {
        let results = try ThreadCommunicator.run(ranks: ranks) { communicator in
            let rank = communicator.rank
            var values = [rank, rank + 10]
            try communicator.broadcast(&values, root: ranks - 1, purpose: "test")
            let all = try communicator.allGather((0..<rank).map { Int32($0) }, purpose: "test")
            var received = [UInt8](repeating: 0, count: rank == 0 ? 2 * ranks : 0)
            try [UInt8(rank), 9].withUnsafeBytes { own in
                try received.withUnsafeMutableBytes {
                    try communicator.gather(own, into: $0, root: 0, purpose: "test")
                }
            }
            var maximum = [Int64(rank), -Int64(rank)]
            try communicator.maximum(&maximum, purpose: "test")
            try communicator.barrier(purpose: "test")
            return (values, all, received, maximum)
        }
        for (rank, result) in results.enumerated() {
            #expect(result.0 == [ranks - 1, ranks + 9])
            #expect(result.1 == (0..<ranks).map { (0..<$0).map { Int32($0) } })
            #expect(result.2 == (rank == 0 ? (0..<ranks).flatMap { [UInt8($0), 9] } : []))
            #expect(result.3 == [Int64(ranks - 1), 0])
        }
    }

    @Test func integerSumsWrapAround() throws {
        let sums = try ThreadCommunicator.run(ranks: 2) { communicator in
            var values = [UInt64.max]
            try communicator.sum(&values, purpose: "test")
            return values[0]
        }
        #expect(sums == [UInt64.max - 1, UInt64.max - 1])
    }

    @Test func manyOperationsKeepTheirOrder() throws {
        let sums = try ThreadCommunicator.run(ranks: 4) { communicator in
            var total: Int64 = 0
            for step in 0..<500 {
                var value = [Int64(step * (communicator.rank + 1))]
                try communicator.sum(&value, purpose: "test")
                total += value[0]
            }
            return total
        }
        #expect(sums == Array(repeating: 10 * 499 * 250, count: 4))
    }

    @Test func aRankThatThrowsFreesTheOthers() throws {
        struct Broken: Error, Equatable {}
        let body: @Sendable (any Communicator) throws -> Void = { communicator in
            if communicator.rank == 1 { throw Broken() }
            try communicator.barrier(purpose: "the next step")
        }
        #expect(throws: Broken()) { try ThreadCommunicator.run(ranks: 3, body) }
        let outcomes = ThreadCommunicator.outcomes(ranks: 3, body)
        let error = #expect(throws: CollectiveError.self) { try outcomes[2].get() }
        #expect(
            error?.description
                == "barrier of the next step failed on rank 2 of 3: rank 1 has ended (Broken()); look at that rank"
        )
    }

    @Test func differentOperationsAreAnError() throws {
        let error = #expect(throws: CollectiveError.self) {
            try ThreadCommunicator.run(ranks: 2) { communicator in
                var values = [Float](repeating: 0, count: 3 + communicator.rank)
                try communicator.sum(&values, purpose: "test")
            }
        }
        #expect(error?.nativeText.contains("sum of 3 float") == true)
        #expect(error?.nativeText.contains("sum of 4 float") == true)
    }

    @Test func groupsWorkByThemselves() throws {
        let results = try ThreadCommunicator.run(ranks: 5) { communicator in
            let group = try communicator.split(
                group: communicator.rank == 3 ? nil : communicator.rank % 2, purpose: "test")
            var sum = [Int64(communicator.rank)]
            try group?.sum(&sum, purpose: "test")
            // A group can be divided again, and ranks without one wait for the others.
            let pair = try group?.split(group: group?.rank == 0 ? 7 : nil, purpose: "test")
            try group?.finalize()
            try communicator.rest(purpose: "test")
            return [group?.rank ?? -1, group?.size ?? -1, Int(sum[0]), pair?.size ?? -1]
        }
        #expect(results == [[0, 3, 6, 1], [0, 1, 1, 1], [1, 3, 6, -1], [-1, -1, 3, -1], [2, 3, 6, -1]])
    }

    @Test func aRankThatThrowsFreesItsGroup() throws {
        struct Broken: Error, Equatable {}
        let outcomes = ThreadCommunicator.outcomes(ranks: 4) { communicator in
            let group = try communicator.split(group: communicator.rank / 2, purpose: "test")!
            if communicator.rank == 3 { throw Broken() }
            try group.barrier(purpose: "the next step")
        }
        #expect(throws: Never.self) { _ = try outcomes[0].get() }
        #expect(throws: Broken()) { try outcomes[3].get() }
        let error = #expect(throws: CollectiveError.self) { try outcomes[2].get() }
        #expect(error?.rank == 0 && error?.size == 2)
        #expect(error?.nativeText == "rank 1 has ended (Broken())")
    }

    @Test func oneRankIsItsOwnGroup() throws {
        let solo = SoloCommunicator()
        #expect(solo.split(group: nil, purpose: "test") == nil)
        #expect(solo.split(group: 4, purpose: "test")?.size == 1)
        solo.rest(purpose: "test")
    }
}
