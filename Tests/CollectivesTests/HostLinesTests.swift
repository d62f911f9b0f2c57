import Foundation
import Hosts
import Synchronization
import Testing

@testable import Collectives

@Suite struct HostLinesTests {
    private func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func aHostThatIsSilentIsNamed() throws {
        let (here, there) = try pair()
        let lost = Mutex<String?>(nil)
        let lines = HostLines([(here, "elsewhere")], silence: 0.4) { host, seconds in
            lost.withLock { $0 = "\(host) \(seconds >= 0.4)" }
        }
        // It speaks for a while, and falls silent.
        for _ in 0..<20 {
            _ = [UInt8(1)].withUnsafeBytes { send(there, $0.baseAddress, 1, Int32(MSG_NOSIGNAL)) }
            usleep(50_000)
        }
        #expect(lost.withLock { $0 } == nil)
        let deadline = Date().addingTimeInterval(10)
        while lost.withLock({ $0 }) == nil, Date() < deadline { usleep(10_000) }
        #expect(lost.withLock { $0 } == "elsewhere true")
        lines.stop()
        close(there)
    }

    @Test func aHostThatHasEndedIsNotLost() throws {
        let (here, there) = try pair()
        let lost = Mutex(false)
        let lines = HostLines([(here, "elsewhere")], silence: 0.3) { _, _ in lost.withLock { $0 = true } }
        close(there)
        usleep(1_000_000)
        lines.stop()
        #expect(!lost.withLock { $0 })
    }

    @Test func connectionsKnowTheSecret() throws {
        let door = try #require(Sockets.Door())
        let port = door.port
        let addresses = Sockets.addresses() + [UInt32(0x7F00_0001).bigEndian]
        let results = Mutex<[Int32?]>([])
        let callers = [(UInt64(7), 3), (8, 4), (7, 5)].map { secret, rank in
            NativeThread {
                let socket = Sockets.connect(addresses.suffix(1), port: port, secret: secret, rank: rank)
                results.withLock { $0.append(socket) }
            }
        }
        let accepted = door.accept(2, secret: 7, seconds: 10)
        for caller in callers { caller.join() }
        #expect(accepted.map(\.rank).sorted() == [3, 5])
        for socket in accepted { close(socket.socket) }
        for socket in results.withLock({ $0 }).compactMap(\.self) { close(socket) }
    }
}
