import Datasets
import Files
import Images
import Store
import TestSupport
import Testing

extension DatasetsTests {
    @Suite struct CelebATests {
        /// A face: its colour depends on its number, its right and lower parts are darker.
        static func face(_ number: Int, height: Int = 218, width: Int = 178) -> Image {
            var bytes: [UInt8] = []
            for channel in 0..<3 {
                for row in 0..<height {
                    for column in 0..<width {
                        bytes.append(UInt8(240 - 20 * number - 30 * channel - row / 4 - column / 4))
                    }
                }
            }
            return Image(channels: 3, height: height, width: width, bytes: bytes)
        }

        static let attributes = (0..<40).map { "Attribute_\($0)" }
        static let partition = "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n"

        /// The attributes of a face: number 3 has the third and every third after it.
        static func row(_ number: Int) -> [UInt8] { (0..<40).map { ($0 + 1) % number == 0 ? 1 : 0 } }

        static var table: String {
            let rows = (1...4).map { number in
                "00000\(number).jpg " + row(number).map { $0 == 1 ? " 1" : "-1" }.joined(separator: " ")
            }
            return (["4", attributes.joined(separator: " ")] + rows).joined(separator: "\n") + "\n"
        }

        static func write(to directory: String, asArchive: Bool) throws {
            let files = (1...4).map { ("img_align_celeba/00000\($0).jpg", JPEG.encode(face($0))) }
            if asArchive {
                ArchiveFile.write(
                    [("img_align_celeba/", [])] + files.reversed(), as: .zip,
                    to: directory + "/img_align_celeba.zip")
            } else {
                try Directory.create(directory + "/img_align_celeba")
                for (path, bytes) in files { try TestSupport.write(bytes, to: directory + "/" + path) }
            }
            try TestSupport.write(table.utf8, to: directory + "/list_attr_celeba.txt")
            try TestSupport.write(partition.utf8, to: directory + "/list_eval_partition.txt")
        }

        @Test(arguments: [true, false]) func facesAreCroppedAndScaled(asArchive: Bool) throws {
            try withTemporaryDirectory { directory in
                try Self.write(to: directory, asArchive: asArchive)
                let source = try Preparation.celeba.source(from: directory)
                #expect(
                    source.schema.shape == [3, 64, 64] && source.schema.attributeNames == Self.attributes)
                #expect(!source.schema.isLabelled)
                let found = try Delivery(source)
                // The picture for validation is left out; an archive is read in its own order.
                let order = asArchive ? [4, 3, 1] : [1, 3, 4]
                #expect(found.ids == order.map { "00000\($0).jpg" })
                #expect(found.attributes == order.flatMap(Self.row))
                for (index, number) in order.enumerated() {
                    let whole = try Image(decoding: JPEG.encode(Self.face(number)), named: "face")
                    let expected = whole.cropped(top: 40, left: 15, height: 148, width: 148)
                        .resized(height: 64, width: 64)
                    #expect(Array(found.bytes[index * 12_288..<(index + 1) * 12_288]) == expected.bytes)
                }
                let splits = try ShardWriter.write(source, to: directory + "/out", plan: ShardPlan(shards: 1))
                #expect(splits.map(\.count) == [2, 1])
                let file = try HDF5File.open(directory + "/out/test-00000-of-00001.h5")
                #expect(try !file.root.exists("y"))
            }
        }

        @Test func whatIsWrongIsTold() throws {
            try withTemporaryDirectory { directory in
                func complaint() -> String {
                    message { _ = try Delivery(try Preparation.celeba.source(from: directory)) }
                }
                func rewrite(_ name: String, _ text: String) throws {
                    try TestSupport.write(text.utf8, to: directory + "/" + name)
                }
                #expect(complaint().contains("img_align_celeba.zip: this file is not there"))
                try Self.write(to: directory, asArchive: false)
                let picture = directory + "/img_align_celeba/000003.jpg"
                try TestSupport.write(JPEG.encode(Self.face(3, height: 217)), to: picture)
                #expect(complaint().contains("\(picture): the picture has 217x178"))
                try TestSupport.write(JPEG.encode(Self.face(3)).prefix(2_000), to: picture)
                #expect(complaint().contains("\(picture): not decodable as JPEG"))
                removeFile(picture)
                #expect(complaint().contains("000003.jpg in \(directory)/img_align_celeba: "))
                try rewrite("list_eval_partition.txt", Self.partition + "000005.jpg 3\n")
                #expect(complaint().contains("list_eval_partition.txt: line 5 is not"))
                try rewrite("list_eval_partition.txt", "000001.jpg 0\n000001.jpg 0\n")
                #expect(
                    complaint().contains("list_eval_partition.txt: line 2 names 000001.jpg a second time"))
                try rewrite("list_attr_celeba.txt", "5" + Self.table.dropFirst())
                #expect(complaint().contains("line 1 announces 5 pictures, but 4 follow"))
                try rewrite("list_attr_celeba.txt", Self.table.replacing(" 1\n000002", with: " 2\n000002"))
                #expect(complaint().contains("list_attr_celeba.txt: line 3 is not"))
            }
        }

        @Test func damageIsTold() throws {
            try withTemporaryDirectory { directory in
                try Self.write(to: directory, asArchive: true)
                try expectDamageIsTold(.celeba, in: directory, file: "img_align_celeba.zip")
                try expectDamageIsTold(.celeba, in: directory, file: "list_attr_celeba.txt", header: 400)
            }
        }
    }
}
