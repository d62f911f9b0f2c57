import Collectives
import Testing
import ThreadRanks

@testable import Kernels

/// Denormal numbers are zero in every thread, whoever made it.
@Suite struct DenormalTests {
    private static func halfOfTheSmallest<R: Real>(_: R.Type) -> Double {
        let values = Storage<R>(count: 1)
        values.pointer[0] = .leastNormalMagnitude
        R.scale(values.pointer, by: 0.5, count: 1)
        return Double(values.pointer[0])
    }

    @Test func areZeroInTasks() async {
        #expect(Denormals.areFlushed)
        #expect(Self.halfOfTheSmallest(Float.self) == 0 && Self.halfOfTheSmallest(Double.self) == 0)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { Denormals.areFlushed } }
            for await areFlushed in group { #expect(areFlushed) }
        }
    }

    @Test func areZeroInNativeThreads() throws {
        let results = try ThreadCommunicator.run(ranks: 3) { _ in
            (Denormals.areFlushed, Self.halfOfTheSmallest(Float.self))
        }
        #expect(results.allSatisfy { $0 == (true, 0) })
    }

    @Test func areKeptOnlyWhereAskedFor() {
        Denormals.kept {
            #expect(!Denormals.areFlushed)
            #expect(Self.halfOfTheSmallest(Float.self) == Double(Float.leastNormalMagnitude) / 2)
        }
        #expect(Denormals.areFlushed)
    }

    @Test func areCountedByTheirBits() {
        let values = Storage<Float>(count: 5)
        values.pointer[1] = Float(bitPattern: 1)
        values.pointer[2] = .leastNormalMagnitude
        values.pointer[3] = -Float(bitPattern: 0x7F_FFFF)
        #expect(Denormals.count(in: values) == 2)
    }
}
