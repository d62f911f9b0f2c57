import Datasets
import Files
import Foundation
import Images
import RunLog
import Store
import TestSupport

/// A sound input of every reader, small, each in a directory of its own.
struct Corpus {
    let path: String
    /// The program that makes models and weights.
    let program: String

    /// Makes all of it.
    func make() throws {
        try Directory.create(path)
        try models()
        try tables()
        try arrays()
        try hierarchies()
        try pictures()
        try published()
        try clusterings()
    }

    /// Why the corpus cannot be made.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private func directory(_ name: String) throws -> String {
        let directory = Directory.join(path, name)
        try Directory.create(directory)
        return directory
    }

    private func run(_ arguments: String..., in directory: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(arguments): \(String(decoding: said, as: UTF8.self))")
        }
    }

    private func copy(_ from: String, to target: String) throws {
        Directory.remove(target)
        try FileManager.default.copyItem(atPath: from, toPath: target)
    }

    private static let settings = [
        "model.family=mlp", "model.layers=[128,128,128]", "model.latent=[3,3,3]", "training.batch_size=24",
        "training.epochs.initial=1", "training.epochs.subtree=1", "training.epochs.intermediate=0",
        "training.epochs.finetune=1", "growth.max_leaves=3", "growth.max_depth=2", "growth.minimum_samples=2",
        "growth.prune=false",
    ]

    /// A run of three epochs, its checkpoints, and its weights as others read them.
    private func models() throws {
        let place = try directory("making")
        try write(Self.table(",").utf8, to: place + "/table.csv")
        try run(
            "prepare", "csv", "--from", "table.csv", "--label", "kind", "--id", "id", "--shards", "1",
            "--out", "data", in: place)
        let small = Self.settings.map { $0.replacing("128", with: "4") }
        for (out, settings) in [("run", small), ("wide", Self.settings)] {
            try run(arguments: ["train", "--data", "data", "--out", out] + settings, in: place)
        }
        try run(
            "export", "--checkpoint", "wide/model.h5", "--format", "safetensors", "--out",
            "weights.safetensors", in: place)

        try copy(place + "/data", to: directory("data") + "/data")
        for name in ["model", "run", "run-files"] { try copy(place + "/data", to: directory(name) + "/data") }
        try copy(place + "/run/model.h5", to: path + "/model/model.h5")
        try copy(place + "/run", to: path + "/run/run")
        Directory.remove(path + "/run/run/model.h5")
        for name in try Directory.list(path + "/run/run/checkpoints") where name != "checkpoint-000002.h5" {
            Directory.remove(path + "/run/run/checkpoints/" + name)
        }
        try Directory.create(path + "/run-files/checkpoints")
        for name in ["config.yml", "metrics.jsonl", "model.h5"] {
            try copy(place + "/run/" + name, to: path + "/run-files/" + name)
        }
        try write(
            "host elsewhere\nprocess 1\nstart 12345\nworld 0b5a5dba-1111-2222-3333-444444444444 pid:[4026531836]\n"
                .utf8,
            to: path + "/run-files/run.lock")
        try write(
            "seed,node,support,model\n42,0,1.0,0b5a\n42,1,0.5,0b5a\n".utf8,
            to: path + "/run-files/support.csv")
        let events = try TensorBoardLog(
            path: path + "/run-files/events", history: [], settings: [("seed", "1")])
        try events.append(
            [TensorBoardLog.Picture(name: "a", height: 1, width: 1, channels: 1, png: [1, 2, 3])])
        try copy(place + "/weights.safetensors", to: directory("weights") + "/weights.safetensors")
        try copy(place + "/wide/config.yml", to: path + "/weights/config.yml")
        let trees = try directory("trees")
        try write("((a:1,b:2)c:1,(d,'e f')g:0.5)h;\n".utf8, to: trees + "/tree.nwk")
        let rows = ["0,0,None,10", "1,1,0,10", "2,b,0,1", "3,c,1,1", "4,d,1,1"]
        try NumpyTexts(rows: rows.map { $0.split(separator: ",").map(String.init) }).write(
            to: trees + "/tree.npy")
    }

    private func run(arguments: [String], in directory: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(arguments) failed") }
    }

    private static func table(_ separator: String) -> String {
        var lines = [["id", "a", "\"b c\"", "c", "d", "kind"]]
        for row in 0..<48 {
            lines.append(
                ["r\(row)"] + (0..<4).map { "\(Double((row * 7 + $0 * 13) % 48) / 48)" } + ["\"k\(row % 2)\""]
            )
        }
        return lines.map { $0.joined(separator: separator) }.joined(separator: "\n") + "\n"
    }

    private func tables() throws {
        try write(Self.table(",").utf8, to: directory("csv") + "/table.csv")
        try write(Self.table("\t").utf8, to: directory("tsv") + "/table.tsv")
    }

    /// Numbers as a machine has them.
    private static func bytes<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
        numbers.withUnsafeBytes { Array($0) }
    }

    /// An npy file, version 1.
    private func numpy(_ type: String, _ shape: [Int], _ elements: [UInt8], isFortran: Bool = false)
        -> [UInt8]
    {
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        var header =
            "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (\(extents)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        return [0x93] + Array("NUMPY".utf8) + [
            1, 0, UInt8(header.utf8.count % 256), UInt8(header.utf8.count / 256),
        ]
            + Array(header.utf8) + elements
    }

    private func arrays() throws {
        let values = Self.bytes((0..<120).map { Float($0) })
        try write(numpy("<f4", [40, 3], values), to: directory("npy") + "/x.npy")
        let words = Self.bytes((0..<120).map { Int16($0) })
        try write(numpy("<i2", [40, 3], words, isFortran: true), to: directory("npy.fortran") + "/x.npy")
        let labels = numpy("<i8", [40], Self.bytes((0..<40).map { $0 % 3 }))
        ArchiveFile.write(
            [("x.npy", numpy("<f4", [40, 3], values)), ("y.npy", labels)], as: .zip,
            to: try directory("npz") + "/x.npz")
        let format = Self.bytes("csr".unicodeScalars.map(\.value))
        ArchiveFile.write(
            [
                ("format.npy", numpy("<U3", [], format)),
                ("shape.npy", numpy("<i8", [2], Self.bytes([40, 3]))),
                ("data.npy", numpy("<f4", [40], Self.bytes((0..<40).map { Float($0) }))),
                ("indices.npy", numpy("<i8", [40], Self.bytes((0..<40).map { $0 % 3 }))),
                ("indptr.npy", numpy("<i8", [41], Self.bytes(Array(0...40)))),
            ], as: .zip, to: try directory("npz.sparse") + "/x.npz")
    }

    private func hierarchies() throws {
        try SmallHDF5.writeMatrix(to: directory("hdf5") + "/x.h5")
        try SmallHDF5.writeAnnotated(to: directory("h5ad") + "/x.h5ad")
        try SmallHDF5.writeAnnotated(to: directory("h5ad.csc") + "/x.h5ad", isByRows: false)
    }

    private static func picture(_ shift: Int, height: Int = 12, width: Int = 9) -> Image {
        Image(
            channels: 3, height: height, width: width,
            bytes: (0..<3 * height * width).map { UInt8(truncatingIfNeeded: ($0 + shift) &* 13) })
    }

    private func pictures() throws {
        let png = try directory("png")
        let jpeg = try directory("jpeg")
        for (index, name) in ["a", "b", "c"].enumerated() {
            try write(Self.picture(index).png(), to: "\(png)/\(name).png")
            try write(JPEG.encode(Self.picture(index)), to: "\(jpeg)/\(name).jpg")
        }
    }

    private func published() throws {
        func idx(_ count: Int, _ shift: Int) -> (images: [UInt8], labels: [UInt8]) {
            func big(_ number: Int) -> [UInt8] {
                (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
            }
            return (
                [0, 0, 8, 3] + big(count) + big(28) + big(28)
                    + (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ shift) },
                [0, 0, 8, 1] + big(count) + (0..<count).map { UInt8($0 % 10) }
            )
        }
        for (name, suffix) in [("idx", ""), ("idx.gzip", ".gz")] {
            let place = try directory(name)
            for (split, count) in [("train", 12), ("t10k", 6)] {
                let (images, labels) = idx(count, count)
                for (file, bytes) in [("images-idx3", images), ("labels-idx1", labels)] {
                    let path = "\(place)/\(split)-\(file)-ubyte\(suffix)"
                    if suffix.isEmpty {
                        try write(bytes, to: path)
                    } else {
                        ArchiveFile.gzip(bytes, to: path)
                    }
                }
            }
        }
        let batches =
            (1...5).map { ("data_batch_\($0).bin", Self.records($0)) } + [("test_batch.bin", Self.records(2))]
        let cifar = try directory("cifar")
        for (name, bytes) in batches { try write(bytes, to: "\(cifar)/\(name)") }
        ArchiveFile.write(
            batches.map { ("cifar-10-batches-bin/" + $0.0, $0.1) }, as: .tarGzip,
            to: try directory("cifar.tar") + "/cifar-10-binary.tar.gz")
        ArchiveFile.write(
            batches.map { ("cifar-10-batches-bin/" + $0.0, $0.1) }, as: .pax,
            to: try directory("cifar.pax") + "/cifar-10-binary.tar.gz")
        let posts: [(path: String, bytes: [UInt8])] = [
            ("20news-bydate-test/sci.space/9", Array("moon moon sun".utf8)),
            ("20news-bydate-train/sci.space/7", Array("the moon".utf8)),
            ("20news-bydate-train/alt.tea/12", Array("the tea".utf8)),
            ("20news-bydate-train/alt.tea/7", Array("the tea of the moon".utf8)),
        ]
        for (name, format) in [("newsgroups", ArchiveFile.Format.tarGzip), ("newsgroups.tar", .tar)] {
            ArchiveFile.write(posts, as: format, to: try directory(name) + "/20news-bydate.tar.gz")
        }
        let omniglot = try directory("omniglot")
        var character = 0
        for (archive, alphabets) in [
            ("images_background", ["Runes", "Angelic"]), ("images_evaluation", ["Aurebesh"]),
        ] {
            var members: [(path: String, bytes: [UInt8])] = []
            for alphabet in alphabets {
                character += 1
                for drawer in 1...5 {
                    let pixels = (0..<105 * 105).map { pixel -> UInt8 in
                        pixel % 105 / 8 == drawer || pixel / 105 / 8 == character ? 0 : 255
                    }
                    let drawing = try Image(channels: 1, height: 105, width: 105, bytes: pixels).png()
                    let name = "000\(character)_0\(drawer).png"
                    members.append(("\(archive)/\(alphabet)/character01/\(name)", drawing))
                }
            }
            ArchiveFile.write(members, as: .zip, to: "\(omniglot)/\(archive).zip")
        }
        let faces = try directory("celeba")
        try Directory.create(faces + "/img_align_celeba")
        var table = "4\n" + (0..<40).map { "Attribute_\($0)" }.joined(separator: " ") + "\n"
        var partition = ""
        for face in 1...4 {
            try write(
                JPEG.encode(Self.picture(face, height: 218, width: 178), quality: 30),
                to: "\(faces)/img_align_celeba/00000\(face).jpg")
            table +=
                "00000\(face).jpg "
                + (0..<40).map { ($0 + face) % 3 == 0 ? " 1" : "-1" }.joined(separator: " ") + "\n"
            partition += "00000\(face).jpg \(face % 3)\n"
        }
        try write(table.utf8, to: faces + "/list_attr_celeba.txt")
        try write(partition.utf8, to: faces + "/list_eval_partition.txt")
    }

    private static func records(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for record in 0..<count {
            bytes.append(UInt8(record % 10))
            for pixel in 0..<3072 { bytes.append(UInt8(truncatingIfNeeded: record * 31 + pixel * pixel)) }
        }
        return bytes
    }

    private func clusterings() throws {
        let place = try directory("clustering")
        try write("((a:1,b:2)c:1,(d,'e f')g:0.5)h;\n".utf8, to: place + "/tree.nwk")
        let leaves = ["a", "b", "d", "e f"]
        try write(
            ("sample,leaf\n" + (0..<20).map { "s\($0),\(leaves[$0 % 4])\n" }.joined()).utf8,
            to: place + "/leaves.csv")
        try write(
            ("sample,label\n" + (0..<20).map { "s\($0),l\($0 % 3)\n" }.joined()).utf8,
            to: place + "/truth.csv")
    }
}
