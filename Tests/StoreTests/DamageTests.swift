import Files
import Glibc
import TestSupport
import Testing

@testable import Store

extension StoreTests {
    @Suite struct DamageTests {
        /// A small file that has a bit of everything.
        private func makeFile(_ path: String) throws {
            let file = try HDF5File.create(path)
            try file.root.setAttribute("format", to: "test")
            try file.root.setAttribute("shape", to: [20, 3])
            try file.root.write((0..<60).map(Float.init), to: "a/floats", shape: [20, 3])
            try file.root.write((0..<50).map { UInt8($0) }, to: "a/bytes", shape: [50], deflate: 4)
            try file.close()
        }

        /// All that the file holds, as one text.
        private func readFile(_ path: String) throws -> String {
            let root = try HDF5File.open(path).root
            let floats = try root.dataset("a/floats")
            let bytes = try root.dataset("a/bytes")
            return """
                \(try root.text("format")) \(try root.attributeList("shape", as: Int.self)) \
                \(floats.shape) \(try floats.read(as: Float.self)) \(bytes.shape) \(try bytes.read(as: UInt8.self))
                """
        }

        @Test func everyFlippedBitIsNoticedOrHarmless() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/flipped.h5"
                try makeFile(path)
                let expected = try readFile(path)
                let bytes = try TestSupport.bytes(of: path)
                var noticed = 0
                for offset in bytes.indices {
                    var damaged = bytes
                    damaged[offset] ^= 1 << UInt8(offset % 8)
                    try write(damaged, to: path)
                    do {
                        #expect(try readFile(path) == expected, "bit \(offset % 8) of byte \(offset)")
                    } catch {
                        noticed += 1
                        #expect("\(error)".contains(path))
                    }
                }
                #expect(noticed > bytes.count / 4)
            }
        }

        @Test func everyTruncationIsNoticed() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/truncated.h5"
                try makeFile(path)
                let bytes = try TestSupport.bytes(of: path)
                for length in 0..<bytes.count {
                    try write(bytes[..<length], to: path)
                    #expect(
                        message { _ = try readFile(path) }.contains("cannot open \(path)"), "\(length) bytes")
                }
            }
        }

        @Test func saysWhyAFileCannotBeOpened() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/file.h5"
                #expect(message { _ = try HDF5File.open(path) }.contains("No such file or directory"))
                try write("this is no HDF5 file, not even nearly one".utf8, to: path)
                #expect(message { _ = try HDF5File.open(path) }.contains("this is not an HDF5 file"))
                #expect(
                    message { _ = try HDF5File.create(directory + "/none/file.h5") }.contains("/none/file.h5")
                )
                #expect(message { _ = try HDF5File.open(directory) }.contains("cannot open \(directory)"))
            }
        }

        @Test func checksumErrorsNameFileAndDataset() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/checksum.h5"
                let file = try HDF5File.create(path)
                try file.root.write([UInt8](repeating: 0xA5, count: 1000), to: "layers/weight")
                try file.close()
                var bytes = try TestSupport.bytes(of: path)
                let run = try #require(bytes.indices.first { bytes[$0..<$0 + 100].allSatisfy { $0 == 0xA5 } })
                bytes[run + 500] ^= 4
                try write(bytes, to: path)
                let text = message { try HDF5File.verify(path) }
                #expect(text.contains("cannot verify /layers/weight in \(path)"))
                #expect(text.contains("checksum") && text.contains("the file is damaged"))
            }
        }

        /// A group that cannot be opened must not be passed over with everything in it.
        @Test func verifyingNoticesWhatReadingWould() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/flipped.h5"
                try makeFile(path)
                let bytes = try TestSupport.bytes(of: path)
                for offset in bytes.indices {
                    var damaged = bytes
                    damaged[offset] ^= 1 << UInt8(offset % 8)
                    try write(damaged, to: path)
                    guard (try? readFile(path)) == nil else { continue }
                    #expect(throws: StoreError.self, "byte \(offset)") { try HDF5File.verify(path) }
                }
            }
        }

        /// HDF5 takes a chunk that was never stored for zeros, and Fletcher-32 of zeros is zero.
        @Test func zeroedBlocksAreNoticed() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/zeroed.h5"
                let file = try HDF5File.create(path)
                try file.root.setAttribute("format", to: "test")
                for name in ["a", "b", "c"] {
                    try file.root.write((0..<3000).map(Float.init), to: name + "/x", shape: [3000])
                }
                let pieces = try file.root.createDataset(
                    "pieces", of: UInt8.self, shape: [5, 1 << 17], digestsChunks: true)
                try (0..<5 << 17).map { UInt8(truncatingIfNeeded: $0 / 7) }.withUnsafeBufferPointer {
                    try pieces.write($0, rows: 0..<5)
                }
                try file.close()
                try HDF5File.verify(path)
                let bytes = try TestSupport.bytes(of: path)
                for start in stride(from: 0, to: bytes.count, by: 4096) {
                    let end = min(start + 4096, bytes.count)
                    if bytes[start..<end].allSatisfy({ $0 == 0 }) { continue }
                    let damaged = bytes[..<start] + [UInt8](repeating: 0, count: end - start) + bytes[end...]
                    try write(damaged, to: path)
                    #expect(throws: StoreError.self, "block at \(start)") { try HDF5File.verify(path) }
                }
            }
        }

        /// Chunks that are read alone are compared alone, and the others' digests with everything else.
        @Test func aLostChunkIsNoticedByWhoReadsIt() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/chunks.h5"
                let file = try HDF5File.create(path)
                // Five rows in chunks of two.
                let values = [UInt8](repeating: 0xA5, count: 5 << 17)
                let dataset = try file.root.createDataset(
                    "x", of: UInt8.self, shape: [5, 1 << 17], digestsChunks: true)
                try values.withUnsafeBufferPointer { try dataset.write($0, rows: 0..<5) }
                try file.close()
                let whole = try HDF5File.open(path)
                let all = try whole.root.dataset("x")
                #expect(try all.read(as: UInt8.self) == values)
                #expect(try all.read(rows: 1..<4, as: UInt8.self) == Array(values[..<(3 << 17)]))
                #expect(try all.readRounded(rows: 4..<5) == [Float](repeating: 0xA5, count: 1 << 17))
                try whole.close()

                var bytes = try TestSupport.bytes(of: path)
                let start = try #require(
                    bytes.indices.first { bytes[$0...].prefix(64).allSatisfy { $0 == 0xA5 } })
                for index in start..<start + 1 << 18 + 4 { bytes[index] = 0 }
                try write(bytes, to: path)
                let damaged = try HDF5File.open(path)
                try damaged.verify(leavesChunks: true)
                let text = message { try damaged.verify() }
                #expect(
                    text.contains("cannot read /x in \(path): rows 0 to 1 are not what was written"),
                    "\(text)")
                let x = try damaged.root.dataset("x")
                #expect(message { _ = try x.read(rows: 1..<2, as: UInt8.self) }.contains("rows 0 to 1"))
                #expect(message { _ = try x.readRounded(rows: 0..<5) }.contains("rows 0 to 1"))
                #expect(try x.read(rows: 2..<5, as: UInt8.self) == Array(values[..<(3 << 17)]))
            }
        }

        @Test func pipesAreRefusedAtOnce() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/pipe.h5"
                #expect(mkfifo(path, 0o600) == 0)
                #expect(message { _ = try HDF5File.open(path) }.contains("it is no regular file"))
                #expect(message { _ = try FileReader(path) }.contains("it is no regular file"))
            }
        }

        @Test func digestsAreThoseOfTheirDefinition() throws {
            // By `xxhsum -H2` and `-H3` of version 0.8.1.
            let digest = RunningDigest()
            #expect(digest.text == "99aa06d3014798d86001c324468d497f")
            #expect(digest.number == Int64(bitPattern: 0x2D06_8005_38D3_94C2))
            for _ in 0..<3 { Array("treevae ".utf8).withUnsafeBytes { digest.update($0) } }
            let whole = Array("treevae treevae treevae ".utf8).withUnsafeBytes { RunningDigest.text(of: $0) }
            #expect(digest.text == whole)
        }
    }
}
