import Datasets
import Files
import Images
import Store
import TestSupport
import Testing

extension DatasetsTests {
    /// Directories of pictures.
    @Suite struct PictureTests {
        /// A picture of bytes that depend on `key`.
        private func picture(_ channels: Int, _ height: Int, _ width: Int, key: Int) -> Image {
            Image(
                channels: channels, height: height, width: width,
                bytes: (0..<channels * height * width).map { UInt8(truncatingIfNeeded: $0 * 7 + key * 31) })
        }

        /// Writes pictures by their paths, and prepares the directory.
        private func prepare(
            _ pictures: [String: Image], _ change: (inout SourceOptions) -> Void = { _ in },
            others: [String: [UInt8]] = [:]
        ) throws -> Prepared {
            try withTemporaryDirectory { directory in
                for (path, bytes) in try pictures.mapValues({ try $0.png() }).merging(
                    others, uniquingKeysWith: { $1 })
                {
                    try Directory.create(Directory.parent(of: "\(directory)/in/\(path)"))
                    try write(bytes, to: "\(directory)/in/\(path)")
                }
                return try Prepared(.images, directory + "/in", change)
            }
        }

        @Test func subdirectoriesAreLabels() throws {
            let pictures = [
                "dogs/b.png": picture(3, 4, 5, key: 1), "dogs/a.PNG": picture(3, 4, 5, key: 2),
                "cats/old/z.png": picture(3, 4, 5, key: 3),
            ]
            let result = try prepare(pictures)
            #expect(result.ids == ["cats/old/z.png", "dogs/a.PNG", "dogs/b.png"])
            #expect(result.labels == ["cats", "dogs", "dogs"] && result.data.classNames == ["cats", "dogs"])
            #expect(result.data.shape == [3, 4, 5] && result.data.scale == 1.0 / 255)
            #expect(result.data.storedBytes == result.ids.flatMap { pictures[$0]?.bytes ?? [] })
        }

        @Test func splitsAndLitterAreKnown() throws {
            let paths = ["train/cat/a.png", "train/dog/b.png", "Test/cat/c.png", "Test/dog/d.png"]
            let pictures = Dictionary(
                uniqueKeysWithValues: paths.enumerated().map { ($1, picture(1, 4, 4, key: $0)) })
            try withTemporaryDirectory { directory in
                for (path, image) in pictures {
                    try Directory.create(Directory.parent(of: "\(directory)/in/\(path)"))
                    try write(image.png(), to: "\(directory)/in/\(path)")
                }
                try write([1], to: directory + "/in/Thumbs.db")
                try write([1], to: directory + "/in/train/desktop.ini")
                let source = try Preparation.images.source(from: directory + "/in")
                let splits = try ShardWriter.write(source, to: directory + "/out", plan: ShardPlan(shards: 1))
                #expect(splits.map(\.count) == [2, 2] && splits.map(\.classCounts) == [[1, 1], [1, 1]])
                let test = try Dataset.load(directory: directory + "/out", split: .test)
                #expect(test.classNames == ["cat", "dog"])
                #expect((0..<2).map { test.id(of: $0) } == ["Test/cat/c.png", "Test/dog/d.png"])
                #expect(source.notices.contains { $0.contains("taken as splits") })
            }
            let three = ["train/a.png", "test/b.png", "val/c.png"]
            let found = message {
                _ = try prepare(
                    Dictionary(uniqueKeysWithValues: three.map { ($0, picture(1, 4, 4, key: 1)) }))
            }
            #expect(found.contains("are more than two splits"))
        }

        @Test func picturesAreResizedAndMadeGrey() throws {
            let pictures = ["a.png": picture(3, 10, 12, key: 1), "b.png": picture(1, 7, 5, key: 2)]
            let result = try prepare(pictures) {
                $0.size = PictureSize("6x4")
                $0.isGrey = true
            }
            #expect(result.data.shape == [1, 6, 4] && result.data.labels == nil)
            let expected = ["a.png", "b.png"].flatMap {
                pictures[$0]!.grey().resized(height: 6, width: 4).bytes
            }
            #expect(result.data.storedBytes == expected)
        }

        @Test func whatIsWrongIsNamed() throws {
            let small = picture(1, 4, 4, key: 1)
            let cases: [([String: Image], [String: [UInt8]], String)] = [
                ([:], ["readme.txt": [1]], "readme.txt: this is no picture"),
                ([:], [".hidden": [1]], "there are no pictures in it"),
                (["a.png": small, "b/c.png": small], [:], "a.png: this picture is in no sub-directory"),
                (
                    ["a.png": small, "b.png": picture(1, 4, 5, key: 1)], [:],
                    "b.png: it has 4x5 pixels, a.png has 4x4"
                ),
                (
                    ["a.png": small, "b.png": picture(3, 4, 4, key: 1)], [:],
                    "b.png: it is in colour, a.png is grey"
                ),
                (["a.png": small], ["b.jpg": [0xFF, 0xD8, 0xFF, 1, 2]], "b.jpg: it has no pixels"),
                (["a.png": small], ["b.png": []], "b.png: the file is empty"),
            ]
            for (pictures, others, words) in cases {
                let found = message { _ = try prepare(pictures, others: others) }
                #expect(found.contains(words), "\(found)")
            }
            #expect(message { _ = try Prepared(.images, "/nowhere") }.contains("there is no such directory"))
            #expect(PictureSize("28") == nil && PictureSize("0x3") == nil && PictureSize("9999x3") == nil)
        }
    }
}
