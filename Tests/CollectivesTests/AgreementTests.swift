import Testing
import ThreadRanks

@testable import Collectives

@Suite struct AgreementTests {
    private struct Broken: Error, CustomStringConvertible { let description: String }

    /// The errors of all ranks where those in `failing` fail.
    private func errors(ranks: Int, failing: Set<Int>, nested: Bool = false) throws -> [AgreedError] {
        let body: @Sendable (any Communicator) throws -> Int = { communicator in
            func step() throws -> Int {
                try communicator.agree("the test") {
                    if failing.contains(communicator.rank) {
                        throw Broken(description: "no shard for \(communicator.rank)")
                    }
                    return communicator.rank
                }
            }
            return nested ? try communicator.agree("the test", step) : try step()
        }
        return try ThreadCommunicator.outcomes(ranks: ranks, body).compactMap { outcome in
            guard case .failure(let error) = outcome else { return nil }
            return try #require(error as? AgreedError)
        }
    }

    @Test(arguments: 1...5) func returnsWhatEachRankMade(_ ranks: Int) throws {
        let values = try ThreadCommunicator.run(ranks: ranks) { communicator in
            try communicator.agree("the test") { communicator.rank * 3 }
        }
        #expect(values == (0..<ranks).map { $0 * 3 })
    }

    @Test(arguments: [false, true]) func allRanksThrowAndOneReports(_ nested: Bool) throws {
        let errors = try errors(ranks: 4, failing: [2, 3], nested: nested)
        #expect(errors.count == 4)
        #expect(errors.map(\.isReporter) == [false, false, true, false])
        for error in errors {
            #expect(error.rank == 2 && error.failed == [2, 3])
            #expect(error.description == "rank 2 of 4 (and on 1 more): no shard for 2")
        }
    }

    @Test(arguments: 1...5) func aFailureOfAllRanksIsReportedOnce(_ ranks: Int) throws {
        let errors = try errors(ranks: ranks, failing: Set(0..<ranks))
        #expect(errors.map(\.description) == Array(repeating: "no shard for 0", count: ranks))
        #expect(errors.map(\.isReporter) == (0..<ranks).map { $0 == 0 })
    }

    @Test func soloAgreesWithItself() throws {
        let solo = SoloCommunicator()
        #expect(try solo.agree("the test") { 5 } == 5)
        let error = #expect(throws: AgreedError.self) {
            try solo.agree("the test") { throw Broken(description: "no file") }
        }
        #expect(error?.description == "no file" && error?.isReporter == true)
    }

    @Test(
        arguments: [
            ([1, 1, 1, 1], nil), ([1, 2, 1, 1], [1]), ([9, 1, 1, 3, 1], [0, 3]), ([1, 2], [0, 1]), ([5], nil),
            ([1, 1, 2, 2], [0, 1, 2, 3]),
        ] as [([UInt64], [Int]?)])
    func replicasThatDeviateAreNamed(_ digests: [UInt64], _ deviating: [Int]?) throws {
        let outcomes = ThreadCommunicator.outcomes(ranks: digests.count) { communicator in
            try communicator.verifyReplicas(digest: digests[communicator.rank], what: "the parameters")
        }
        for (rank, outcome) in outcomes.enumerated() {
            guard let deviating else {
                try outcome.get()
                continue
            }
            let error = #expect(throws: ReplicaError.self) { try outcome.get() }
            #expect(error?.deviating == deviating)
            #expect(error?.isReporter == (rank == 0))
        }
    }
}

@Suite struct AlikeTests {
    private func errors(_ texts: [String]) throws -> [UnlikeRanksError] {
        try ThreadCommunicator.outcomes(ranks: texts.count) { communicator in
            try communicator.requireAlike(texts[communicator.rank], purpose: "the test")
        }.compactMap { outcome in
            guard case .failure(let error) = outcome else { return nil }
            return try #require(error as? UnlikeRanksError)
        }
    }

    @Test func sameTextsPass() throws {
        #expect(try errors(["seed: 1\n  rate: 2"]).isEmpty)
        #expect(try errors(["seed: 1\n  rate: 2", "seed: 1\n  rate: 2", "seed: 1\n  rate: 2"]).isEmpty)
    }

    @Test func theFirstLineThatDiffersIsTold() throws {
        let errors = try errors(["seed: 1\n  rate: 2", "seed: 1\n  rate: 2", "seed: 1\n  rate: 3\nmore"])
        #expect(errors.count == 3)
        #expect(errors.map(\.isReporter) == [true, false, false])
        for error in errors {
            #expect(error.description.hasPrefix("rank 2 on "))
            #expect(error.description.contains("it has 'rate: 3', rank 0 has 'rate: 2'"))
        }
        #expect(try self.errors(["a", "a\nb"])[1].description.contains("it has 'b', rank 0 has 'nothing'"))
    }
}
