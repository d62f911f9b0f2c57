import Glibc
import Store
import Testing
import TestSupport

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

        @Test func aFullDiskIsReportedOnClosing() throws {
            #expect(
                message {
                    let file = try HDF5File.create("/dev/full")
                    try file.root.write([Double](repeating: 1, count: 100_000), to: "x")
                    try file.close()
                }.contains("No space left on device"))
        }
    }
}
