import Datasets
import Files
import Store
import TestSupport
import Testing

extension DatasetsTests {
    @Suite struct CIFARTests {
        /// Records whose pixels are runs of bytes, and whose labels follow from their number.
        static func records(_ count: Int, labels: [Int], first: Int = 0) -> [UInt8] {
            (first..<first + count).flatMap { record in
                labels.map { UInt8(record * 7 % $0) }
                    + (0..<3072).map { UInt8(truncatingIfNeeded: record &* 31 &+ $0 &* $0) }
            }
        }

        static let ten: [(path: String, bytes: [UInt8])] =
            (1...5).map { ("data_batch_\($0).bin", records($0, labels: [10], first: 100 * $0)) }
            + [("test_batch.bin", records(3, labels: [10], first: 900))]

        @Test func allPackagesHoldTheSame() throws {
            try withTemporaryDirectory { directory in
                for name in ["plain", "gzip", "tar", "inside"] {
                    try Directory.create("\(directory)/\(name)")
                }
                try Directory.create("\(directory)/inside/cifar-10-batches-bin")
                for file in Self.ten {
                    try write(file.bytes, to: "\(directory)/plain/\(file.path)")
                    try write(file.bytes, to: "\(directory)/inside/cifar-10-batches-bin/\(file.path)")
                    ArchiveFile.gzip(file.bytes, to: "\(directory)/gzip/\(file.path).gz")
                }
                // The publisher's archive has other files, and the batches in another order.
                let members = Self.ten.reversed().map { ("cifar-10-batches-bin/" + $0.path, $0.bytes) }
                ArchiveFile.write(
                    [("cifar-10-batches-bin/", []), ("cifar-10-batches-bin/readme.html", [60])] + members,
                    as: .tarGzip, to: "\(directory)/tar/cifar-10-binary.tar.gz")
                for name in ["plain", "gzip", "tar", "inside", "tar/cifar-10-binary.tar.gz"] {
                    let source = try Preparation.cifar10.source(from: "\(directory)/\(name)")
                    #expect(source.schema.shape == [3, 32, 32] && source.schema.classNames[9] == "truck")
                    #expect(source.schema.source.contains("18 of 60000 images"))
                    let found = try Delivery(source)
                    let records = Self.ten.flatMap { file in
                        (0..<file.bytes.count / 3073).map { Array(file.bytes[$0 * 3073..<($0 + 1) * 3073]) }
                    }
                    #expect(found.labels == records.map { Int32($0[0]) })
                    #expect(found.bytes == records.flatMap { $0.dropFirst() })
                    // Numbers of the official records, whole batches being 10,000.
                    #expect(Array(found.ids.prefix(3)) == ["0", "10000", "10001"])
                    #expect(Array(found.ids.suffix(4)) == ["40004", "0", "1", "2"])
                    guard case .given(let splits) = source.division else {
                        Issue.record("CIFAR-10 has splits of its own")
                        continue
                    }
                    #expect(splits == Array(repeating: .train, count: 15) + Array(repeating: .test, count: 3))
                }
            }
        }

        @Test func superclassesAreLabelsAndClassesAreKept() throws {
            try withTemporaryDirectory { directory in
                ArchiveFile.gzip(Self.records(4, labels: [20, 100]), to: directory + "/train.bin.gz")
                try write(Self.records(2, labels: [20, 100], first: 50), to: directory + "/test.bin")
                let source = try Preparation.cifar100.source(from: directory)
                let found = try Delivery(source)
                #expect(found.labels == [0, 7, 14, 1, 10, 17] && found.fineLabels == [0, 7, 14, 21, 50, 57])
                #expect(source.schema.classNames.count == 20 && source.schema.fineClassNames.count == 100)
                #expect(
                    source.schema.classNames[14] == "people" && source.schema.fineClassNames[99] == "worm")
                try ShardWriter.write(source, to: directory + "/out", plan: ShardPlan(shards: 1))
                let file = try HDF5File.open(directory + "/out/train-00000-of-00001.h5")
                #expect(try file.root.dataset("fine_labels").textList("class_names")[1] == "aquarium_fish")
            }
        }

        @Test func whatIsWrongIsTold() throws {
            try withTemporaryDirectory { directory in
                func complaint() -> String { message { _ = try Preparation.cifar10.source(from: directory) } }
                #expect(complaint().contains("\(directory)/cifar-10-binary.tar.gz: this file is not there"))
                let path = directory + "/data_batch_1.bin"
                try write(Self.records(2, labels: [10]).dropLast(), to: path)
                #expect(complaint().contains("\(path): its 6145 bytes are not whole records of 3073"))
                try write([], to: path)
                #expect(complaint().contains("\(path): its 0 bytes"))
                try write(
                    Self.records(1, labels: [10]) + [10] + Self.records(1, labels: [10]).dropFirst(), to: path
                )
                #expect(complaint().contains("\(path): label 10 of record 1 is out of range"))
                // CIFAR-100's files under the wrong name.
                #expect(
                    message { _ = try Preparation.cifar100.source(from: path) }.contains("cannot be unpacked")
                )
                try write([UInt8](repeating: 0, count: 3073 * 10_000 + 1), to: path)
                #expect(complaint().contains("\(path): it holds more than the 30730000 bytes"))
            }
        }

        @Test func damageIsTold() throws {
            try withTemporaryDirectory { directory in
                let members = Self.ten.map { ("cifar-10-batches-bin/" + $0.path, $0.bytes) }
                ArchiveFile.write(members, as: .tarGzip, to: directory + "/cifar-10-binary.tar.gz")
                try expectDamageIsTold(.cifar10, in: directory, file: "cifar-10-binary.tar.gz")
            }
            try withTemporaryDirectory { directory in
                for file in ["train.bin", "test.bin"] {
                    ArchiveFile.gzip(Self.records(5, labels: [20, 100]), to: "\(directory)/\(file).gz")
                }
                try expectDamageIsTold(.cifar100, in: directory, file: "train.bin.gz")
            }
        }
    }
}
