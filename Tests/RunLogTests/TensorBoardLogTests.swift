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

    @Test func messagesAreReadAsTheyWereWritten() {
        var message = ProtocolBuffer()
        message.integer(1, 300)
        message.float(2, 1)
        message.double(3, 1)
        message.message(4) { $0.text(1, "a") }
        #expect(
            Array(ProtocolBufferReader(message.bytes)) == [
                .integer(1, 300), .number(2), .number(3), .delimited(4, [0x0A, 1, 0x61]),
            ])
        for bytes in [[0x0A], [0x0A, 9, 1], [0x08], [0x80], [0x0B], [UInt8](repeating: 0xFF, count: 20)] {
            #expect(Array(ProtocolBufferReader(bytes)) == [])
        }
    }

    private func picture(_ name: String) -> TensorBoardLog.Picture {
        TensorBoardLog.Picture(name: name, height: 2, width: 3, channels: 1, png: Array(name.utf8))
    }

    /// Pictures cannot be made again, so those of epochs that the checkpoint knows stay; what follows damage does not.
    @Test func resumingKeepsPictures() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/events.out.tfevents.test"
            func names() -> [String] {
                EventRecord.read(path).flatMap { data in
                    ["leaf 3", "leaf 4"].filter { String(decoding: data, as: UTF8.self).contains($0) }
                }
            }
            do {
                let log = try TensorBoardLog(path: path, settings: [("seed", "1")])
                for epoch in 0..<2 { try log.append(record(epoch: epoch)) }
                try log.append([picture("leaf 3")])
                for epoch in 2..<4 { try log.append(record(epoch: epoch)) }
                try log.append([picture("leaf 4")])
            }
            let whole = try bytes(of: path)
            #expect(try lengths(path).count == 8 && names() == ["leaf 3", "leaf 4"])
            let earlier = try TensorBoardLog(path: path, history: (0..<2).map { record(epoch: $0) })
            // The end of the phase comes again.
            try earlier.append([picture("leaf 3")])
            #expect(try lengths(path).count == 1 + 2 + 1 && names() == ["leaf 3"])
            // A byte of the last entry but one, which is before the second picture.
            var damaged = whole
            damaged[whole.count - 100] ^= 1
            try write(damaged, to: path)
            _ = try TensorBoardLog(path: path, history: (0..<4).map { record(epoch: $0) })
            #expect(names() == ["leaf 3"])
        }
    }

    /// With the package's own reader, and its plugin's own description of hyperparameters.
    @Test(.needs(.python("tensorboard")))
    func tensorBoardReadsHyperparametersAndPictures() throws {
        try withTemporaryDirectory { directory in
            let log = try TensorBoardLog(
                path: directory + "/events.out.tfevents.test",
                settings: [
                    ("seed", "7"), ("growth.prune", "true"), ("model.latent", "[8, 4]"), ("a", "1.0e-07"),
                ])
            try log.append(record(epoch: 0))
            try log.append([picture("generated/leaf 3")])
            let output = try PythonDocument.run(
                """
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                from tensorboard.plugins.hparams import plugin_data_pb2
                events = EventAccumulator(".")
                events.Reload()
                print([(e.step, e.width, e.height, e.encoded_image_string) for e in events.Images("generated/leaf 3")])
                contents = events.PluginTagToContent("hparams")
                print(list(contents))
                start = plugin_data_pb2.HParamsPluginData.FromString(contents["_hparams_/session_start_info"])
                values = start.session_start_info.hparams
                print(values["seed"].number_value, values["growth.prune"].bool_value, values["model.latent"].string_value,
                      values["a"].number_value, start.session_start_info.start_time_secs > 1e9)
                """, in: directory)
            #expect(
                output == """
                    [(0, 3, 2, b'generated/leaf 3')]
                    ['_hparams_/session_start_info']
                    7.0 True [8, 4] 1e-07 True

                    """)
        }
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
