import Foundation
import Testing
import TestSupport

@testable import RunLog

@Suite struct TensorBoardLogTests {
    @Test func checksumIsCastagnolis() {
        // The check value of the catalogue of CRCs, and RFC 3720's for 32 zeros.
        #expect(crc32c(Array("123456789".utf8)) == 0xE306_9283)
        #expect(crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(crc32c([]) == 0)
    }

    @Test func messagesFollowTheWireFormat() {
        var message = ProtocolBuffer()
        message.integer(1, 150)
        message.text(2, "testing")
        message.float(3, 1)
        message.message(4) { $0.double(1, -2) }
        #expect(
            message.bytes == [
                0x08, 0x96, 0x01, 0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1D, 0, 0, 0x80, 0x3F,
                0x22, 9,
                0x09, 0, 0, 0, 0, 0, 0, 0, 0xC0,
            ])
    }

    @Test func entriesFollowEachOtherAndResumingCutsThemOff() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/events.out.tfevents.test"
            do {
                let log = try TensorBoardLog(path: path)
                for epoch in 0..<4 { try log.append(record(epoch: epoch)) }
            }
            #expect(try lengths(path).count == 5)
            let log = try TensorBoardLog(path: path, history: (0..<2).map { record(epoch: $0) })
            try log.append(record(epoch: 2, acc: 0.5))
            #expect(try lengths(path).count == 4)
        }
    }

    /// The lengths of a file's records; fails where they do not fill it.
    private func lengths(_ path: String) throws -> [Int] {
        let contents = try bytes(of: path)
        var lengths: [Int] = []
        var place = 0
        while place < contents.count {
            let length = contents[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            lengths.append(length)
            place += 16 + length
        }
        #expect(place == contents.count)
        return lengths
    }

    @Test(.needs(.python("tensorboard")))
    func tensorBoardReadsIt() throws {
        try withTemporaryDirectory { directory in
            let log = try TensorBoardLog(
                path: directory + "/events.out.tfevents.test", history: [record(epoch: 0), record(epoch: 1)])
            try log.append(record(epoch: 2, loss: 7.5, acc: 0.25))
            let output = try PythonDocument.run(
                """
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                events = EventAccumulator(".")
                events.Reload()
                print(sorted(events.Tags()["scalars"]))
                print([(e.step, e.value) for e in events.Scalars("loss")])
                print([(e.step, e.value) for e in events.Scalars("acc")])
                """, in: directory)
            #expect(
                output == """
                    ['acc', 'alpha', 'epoch', 'growth_step', 'kl_decisions', 'kl_nodes', 'kl_root', 'learning_rate', \
                    'leaves', 'loss', 'phase_index', 'rec_loss', 'samples_per_second', 'seconds']
                    [(0, 101.5), (1, 101.5), (2, 7.5)]
                    [(2, 0.25)]

                    """)
        }
    }
}
