import Datasets
import Files
import TestSupport
import Testing

extension DatasetsTests {
    @Suite struct IdxFileTests {
        private let good: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60]

        @Test func readsPlainFiles() throws {
            try withTemporaryDirectory { directory in
                try write(good, to: directory + "/idx")
                let file = try IdxFile(path: directory + "/idx", dimensions: 2)
                #expect(file.shape == [2, 3] && file.bytes == [10, 20, 30, 40, 50, 60])
            }
        }

        @Test func refusesDamage() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/idx"
                func expect(_ expected: String, _ bytes: [UInt8]) throws {
                    try write(bytes, to: path)
                    let text = message { _ = try IdxFile(path: path, dimensions: 2) }
                    #expect(text.contains(expected) && text.hasPrefix(path), "\(text)")
                }
                try expect("truncated: 0 of 12 bytes of the header", [])
                try expect("truncated: 11 of 12 bytes of the header", Array(good.prefix(11)))
                try expect("truncated: 5 of 6 bytes of the elements of [2, 3]", Array(good.dropLast()))
                try expect("bytes follow after the 6", good + [0])
                try expect("wrong magic number 0x00000803", [0, 0, 8, 3] + good.dropFirst(4))
                try expect("wrong magic number 0x00000d02", [0, 0, 13, 2] + good.dropFirst(4))
                // Sixteen exbibytes are announced; nobody makes room for them.
                try expect(
                    "truncated: 6 of", [0, 0, 8, 2] + [UInt8](repeating: 127, count: 8) + good.suffix(6))
                let cube = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
                try write(cube, to: path)
                #expect(message { _ = try IdxFile(path: path, dimensions: 3) }.contains("extents are absurd"))
                #expect(
                    message { _ = try IdxFile(path: path + "2", dimensions: 2) }.contains("cannot be opened"))
            }
        }

        /// ``good`` as gzip compresses it.
        private let compressed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 98, 96, 96, 0, 97, 102, 46, 17, 57, 13, 35, 27,
            0, 233, 79, 118, 165, 18, 0, 0, 0,
        ]

        @Test func readsCompressedFilesUnlessTheyAreDamaged() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/idx.gz"
                try write(compressed, to: path)
                #expect(try IdxFile(path: path, dimensions: 2).bytes == [10, 20, 30, 40, 50, 60])
                for length in 0..<compressed.count {
                    try write(compressed[..<length], to: path)
                    let text = message { _ = try IdxFile(path: path, dimensions: 2) }
                    #expect(text.hasPrefix(path), "\(length) bytes: \(text)")
                }
                // Beyond the ten bytes of gzip's own header, whose times and flags carry no data.
                for offset in 10..<compressed.count {
                    var bytes = compressed
                    bytes[offset] ^= 1
                    try write(bytes, to: path)
                    let text = message { _ = try IdxFile(path: path, dimensions: 2) }
                    #expect(text.hasPrefix(path), "byte \(offset): \(text)")
                }
            }
        }

        @Test func imagesAndLabelsMustAgree() throws {
            try withTemporaryDirectory { directory in
                #expect(
                    message { _ = try Preparation.mnist.load(.train, from: directory) }
                        .contains(
                            "train-images-idx3-ubyte: neither this file nor train-images-idx3-ubyte.gz is there"
                        ))
                #expect(
                    message { _ = try Preparation.mnist.load(.train, from: directory + "/no") }
                        .contains("there is no directory to read from"))
                try write(
                    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8],
                    to: directory + "/t10k-images-idx3-ubyte")
                try write([0, 0, 8, 1, 0, 0, 0, 1, 3], to: directory + "/t10k-labels-idx1-ubyte")
                let text = message { _ = try Preparation.mnist.load(.test, from: directory) }
                #expect(text.contains("2 images, but 1 labels in \(directory)/t10k-labels-idx1-ubyte"))
                try write([0, 0, 8, 1, 0, 0, 0, 2, 3, 10], to: directory + "/t10k-labels-idx1-ubyte")
                try write([0, 0, 8, 1, 0, 0, 0, 2, 3, 9], to: directory + "/train-labels-idx1-ubyte")
                #expect(
                    message { _ = try Preparation.mnist.load(.test, from: directory) }
                        .contains("label 10 in row 1 is out of range"))
                // Letters, numbered from 1, in files with more in front of their names.
                let letters = directory + "/letters"
                try Directory.create(letters)
                for split in ["train", "test"] {
                    let name = letters + "/emnist-letters-" + split
                    try write(
                        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8],
                        to: name + "-images-idx3-ubyte")
                    try write([0, 0, 8, 1, 0, 0, 0, 2, 1, 26], to: name + "-labels-idx1-ubyte")
                }
                let letter = try Preparation.mnist.load(.test, from: letters)
                #expect(letter.labels == [0, 1] && letter.classNames == ["1", "26"])
                try write([0, 0, 8, 1, 0, 0, 0, 2, 3, 9], to: directory + "/t10k-labels-idx1-ubyte")
                let test = try Preparation.fashionMnist.load(.test, from: directory)
                #expect(
                    test.shape == [1, 1, 1] && test.labels == [3, 9] && test.classNames[9] == "Ankle boot")
            }
        }
    }
}
