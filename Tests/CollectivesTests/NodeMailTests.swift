import Glibc
import Testing
import ThreadRanks

@testable import Collectives

@Suite struct NodeMailTests {
    private static let (lanes, places) = (2, 3)

    /// Memory of two slots, and what each rank makes of it on a thread of its own.
    private func run<Outcome: Sendable>(
        _ body: @escaping @Sendable (_ mail: NodeMail, _ rank: Int) -> Outcome
    ) throws -> [Outcome] {
        let size = 2 * NodeMail.slotSize(lanes: Self.lanes, places: Self.places)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { memory.deallocate() }
        memset(memory.baseAddress!, 0xFF, size)
        let mail = [0, 7].map { rank in
            NodeMail(
                memory: memory.baseAddress!, ranks: [0, 7], own: rank, lanes: Self.lanes,
                places: Self.places, idle: { sched_yield() })
        }
        return try ThreadCommunicator.run(ranks: 2) { body(mail[$0.rank], $0.rank) }
    }

    /// Messages of changing lengths, of two lanes at once: what arrives is what was left, never an older or a newer one.
    @Test func messagesArriveInOrder() throws {
        let wrong = try run { mail, rank in
            var wrong = 0
            func message(_ number: Int, from rank: Int) -> [Int] {
                Array(repeating: 2 * number + rank, count: number % 5 * 400 + 1)
            }
            for number in 0..<2000 {
                let place = number % Self.places
                for lane in 0..<Self.lanes {
                    message(number + lane, from: rank).withUnsafeBytes {
                        mail.leave($0, place: place, lane: lane)
                    }
                }
                for lane in (0..<Self.lanes).reversed() {
                    let expected = message(number + lane, from: 1 - rank)
                    let received = mail.take(from: 1 - rank, place: place, lane: lane)
                    let isEqual = expected.withUnsafeBytes {
                        memcmp(received, $0.baseAddress!, $0.count) == 0
                    }
                    if !isEqual { wrong += 1 }
                }
            }
            return wrong
        }
        #expect(wrong == [0, 0])
    }

    @Test func emptyMessagesTakeTheirTurn() throws {
        let received = try run { mail, rank in
            (0..<10).map { number in
                let numbers = number % 2 == rank ? [number] : []
                numbers.withUnsafeBytes { mail.leave($0, place: 0, lane: 0) }
                return mail.take(from: 1 - rank, place: 0, lane: 0).load(as: Int.self)
            }
        }
        // What a rank got of the last message that was not empty.
        #expect(received[0][1] == 1 && received[0][9] == 9 && received[1][8] == 8)
    }

    /// Whoever waits longer than it looks is asleep when the message comes; each rank waits for the other in turn.
    @Test func aMessageWakesWhoSleeps() throws {
        let wrong = try run { mail, rank in
            (0..<40).count { number in
                if number % 2 == rank { usleep(2000) }
                withUnsafeBytes(of: number) { mail.leave($0, place: 1, lane: 1) }
                return mail.take(from: 1 - rank, place: 1, lane: 1).load(as: Int.self) != number
            }
        }
        #expect(wrong == [0, 0])
    }

    @Test func slotsAreThoseOfTheRanks() throws {
        let slots = try run { mail, _ in mail.slots }
        #expect(slots == [[0: 0, 7: 1], [0: 0, 7: 1]])
    }
}
