import Datasets
import Images
import Store
import Testing
import TestSupport

extension DatasetsTests {
    @Suite struct OmniglotTests {
        /// A drawing: white paper with a bar of ink whose place depends on the character and the drawer.
        static func drawing(_ character: Int, _ drawer: Int, side: Int = 105) -> [UInt8] {
            let bytes = (0..<side * side).map { pixel -> UInt8 in
                (character..<character + 8).contains(pixel % side) || pixel / side == drawer ? 0 : 255
            }
            return (try? Image(channels: 1, height: side, width: side, bytes: bytes).png()) ?? []
        }

        /// Members of an archive, with `drawers` drawings of each character.
        static func members(
            _ folder: String, _ alphabets: [(name: String, characters: ClosedRange<Int>)], drawers: Int = 5
        ) -> [(path: String, bytes: [UInt8])] {
            alphabets.flatMap { alphabet in
                alphabet.characters.flatMap { character in
                    (1...drawers).map { drawer in
                        (
                            "\(folder)/\(alphabet.name)/character01/000\(character)_0\(drawer).png",
                            drawing(character, drawer)
                        )
                    }
                }
            }
        }

        static func write(to directory: String) {
            let background = members("images_background", [("Runes", 5...6), ("Angelic", 1...2)])
            let evaluation = members("images_evaluation", [("Aurebesh", 3...4)])
            ArchiveFile.write(
                [("__MACOSX/._x", [1]), ("images_background/", [])] + background, as: .zip,
                to: directory + "/images_background.zip")
            ArchiveFile.write(evaluation, as: .zip, to: directory + "/images_evaluation.zip")
        }

        @Test func drawingsComeByCharacterAndDrawer() throws {
            try withTemporaryDirectory { directory in
                Self.write(to: directory)
                let source = try Preparation.omniglot.source(from: directory)
                // Alphabets of the background set by name, then those of the evaluation set.
                #expect(source.schema.classNames == ["Angelic", "Runes", "Aurebesh"])
                #expect(source.schema.shape == [1, 28, 28] && source.schema.scale == 1.0 / 255)
                let found = try Delivery(source)
                #expect(found.labels == [0, 2, 1].flatMap { Array(repeating: Int32($0), count: 10) })
                #expect(found.ids[0] == "images_background/Angelic/character01/0001_01")
                #expect(found.ids[29] == "images_background/Runes/character01/0006_05")
                for (index, character, drawer) in [(0, 1, 1), (29, 6, 5)] {
                    let whole = try Image(decoding: Self.drawing(character, drawer), named: "drawing")
                    #expect(
                        Array(found.bytes[index * 784..<(index + 1) * 784])
                            == whole.resized(height: 28, width: 28).bytes)
                }
                var options = SourceOptions()
                options.resizing = .interpolated
                let interpolated = try Delivery(
                    Preparation.omniglot.source(from: directory, options: options))
                let first = try Image(decoding: Self.drawing(1, 1), named: "drawing")
                #expect(
                    Array(interpolated.bytes[..<784])
                        == first.resized(height: 28, width: 28, by: .interpolated).bytes)
                #expect(interpolated.bytes != found.bytes)
                // Paper is white.
                #expect(found.bytes.count { $0 == 255 } > found.bytes.count / 2)
            }
        }

        @Test func everyCharacterIsDividedAlike() throws {
            try withTemporaryDirectory { directory in
                Self.write(to: directory)
                let source = try Preparation.omniglot.source(from: directory)
                try ShardWriter.write(source, to: directory + "/out", plan: ShardPlan(shards: 2))
                let test = try Dataset.load(directory: directory + "/out", split: .test)
                let train = try Dataset.load(directory: directory + "/out", split: .train)
                #expect(train.count == 24 && test.count == 6 && test.classCounts == [2, 2, 2])
                guard case .texts(let ids) = test.ids else {
                    Issue.record("ids are not texts")
                    return
                }
                #expect(Set(ids.map { $0.split(separator: "_").dropLast().joined() }).count == 6)
            }
        }

        @Test func whatIsWrongIsTold() throws {
            try withTemporaryDirectory { directory in
                func complaint(_ preparation: Preparation = .omniglot) -> String {
                    message { _ = try preparation.source(from: directory) }
                }
                func background(_ members: [(path: String, bytes: [UInt8])]) {
                    ArchiveFile.write(members, as: .zip, to: directory + "/images_background.zip")
                }
                #expect(complaint().contains("images_background.zip: this file is not there"))
                Self.write(to: directory)
                #expect(complaint(.omniglot5).contains("there are no drawings of Braille"))
                let good = ("images_background/A/character01/0001_01.png", Self.drawing(1, 1))
                background([
                    good, ("images_background/A/character01/0001_02.png", Self.drawing(1, 2, side: 104)),
                ])
                #expect(
                    complaint().contains(
                        "0001_02.png in \(directory)/images_background.zip: the picture has 104x104"))
                background([good, ("images_background/A/notes.txt", [65])])
                #expect(complaint().contains("images_background/A/notes.txt in"))
                background([good, ("images_background/B/character09/0001_01.png", Self.drawing(1, 1))])
                #expect(complaint().contains("this drawing is there twice"))
                background([good, ("images_background/A/character01/0001_02.png", [137, 80, 78, 71, 0])])
                #expect(complaint().contains("0001_02.png in") && complaint().contains("PNG"))
                background([good, ("../A/character01/0001_02.png", [])])
                #expect(complaint().contains("leads outside"))
                background([good, ("images_background/A/big.png", [UInt8](repeating: 0, count: 1 << 20 + 1))])
                #expect(complaint().contains("more than the 1048576 that are read"))
            }
        }

        @Test func damageIsTold() throws {
            try withTemporaryDirectory { directory in
                for folder in ["images_background", "images_evaluation"] {
                    let number = folder == "images_background" ? 1 : 2
                    ArchiveFile.write(
                        Self.members(folder, [("Runes", number...number)]), as: .zip,
                        to: "\(directory)/\(folder).zip")
                }
                try expectDamageIsTold(.omniglot, in: directory, file: "images_background.zip")
            }
        }
    }
}
