import Collectives
import Kernels
import Testing
import TestSupport
import ThreadRanks

@testable import Layers

/// Batch statistics are those of the global batch, however it is divided over ranks.
@Suite struct BatchNormRanksTests {
    private static let shares: [[Int]] = [
        [37], [19, 18], [20, 17], [36, 1], [13, 12, 12], [10, 9, 9, 9],
        // Uneven, and ranks that hold nothing.
        [37, 0], [0, 37], [1, 0, 36], [0, 0, 37, 0], [2, 33, 1, 1], [16, 0, 16, 5],
    ]

    @Test(arguments: shares)
    func ranksComputeWhatOneRankDoes(shares: [Int]) throws {
        let total = shares.reduce(0, +)
        let alone = Stack(columns: total)
        try alone.run(share: 0..<total, of: total)
        let parts = try ThreadCommunicator.run(ranks: shares.count) { communicator in
            let start = shares[..<communicator.rank].reduce(0, +)
            let stack = Stack(columns: shares.max()!, reducer: ThreadReducer(communicator))
            try stack.run(share: start..<start + shares[communicator.rank], of: total)
            try communicator.sum(
                stack.arena.gradients.pointer, count: stack.arena.count, purpose: "gradients")
            return stack.result
        }
        let expected = alone.result
        #expect(relativeDifference(parts.flatMap(\.output), expected.output) < 1e-12)
        #expect(relativeDifference(parts.flatMap(\.inputGradient), expected.inputGradient) < 1e-12)
        for part in parts {
            #expect(relativeDifference(part.gradients, expected.gradients) < 1e-12)
            #expect(relativeDifference(part.running, expected.running) < 1e-12)
            #expect(part.running == parts[0].running, "running statistics are replicas")
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 37])
    func paddingIsNeverRead(columns: Int) throws {
        let clean = Stack(columns: 48)
        try clean.run(share: 0..<columns, of: columns)
        let dirty = Stack(columns: 48)
        try dirty.run(share: 0..<columns, of: columns, padding: 1e6)
        #expect(dirty.result == clean.result)
        // A larger batch before leaves its values behind.
        let reused = Stack(columns: 48)
        try reused.run(share: 0..<48, of: 48, passes: 1)
        let fresh = Stack(columns: 1)
        withExtendedLifetime(fresh) {
            reused.arena.running.pointer.update(
                from: fresh.arena.running.pointer, count: reused.arena.statisticsCount)
        }
        try reused.run(share: 0..<columns, of: columns)
        #expect(reused.result == clean.result)
    }

    @Test func evaluationUsesAndKeepsRunningStatistics() throws {
        let stack = Stack(columns: 20)
        try stack.run(share: 0..<20, of: 20)
        let running = stack.result.running
        #expect(Set(running).count > running.count / 2)
        // A sample's output then depends on nothing but the sample.
        var outputs: [[Double]] = []
        for columns in [20, 3] {
            stack.pass.batch = BatchShape(columns: columns, globalColumns: columns)
            stack.pass.mode = .evaluation
            for row in 0..<stack.input.rows {
                for column in 0..<columns {
                    stack.input.value[row * stack.pass.batch.stride + column] = number(column * 97 + row)
                }
            }
            try Lockstep([stack.network]).forward(stack.pass)
            outputs.append(stack.result.output)
        }
        #expect(relativeDifference(Array(outputs[0].prefix(outputs[1].count)), outputs[1]) < 1e-14)
        #expect(stack.result.running == running)
    }

    @Test func aSingleSampleHasNoVariance() throws {
        let stack = Stack(columns: 1)
        try stack.run(share: 0..<1, of: 1)
        let result = stack.result
        let all = result.output + result.inputGradient + result.gradients + result.running
        #expect(all.allSatisfy { $0.isFinite })
    }
}
