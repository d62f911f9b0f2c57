import Datasets
import Files
import Glibc
import Store
import TestSupport
import Testing

extension DatasetsTests {
    @Suite struct ShardTests {
        /// Writes `small` shards into a new directory.
        private func withShards(_ shards: Int = 3, _ body: (String) throws -> Void) throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/some/where/small"
                try ShardWriter.write(train: .small(20), test: .small(7, first: 99), to: path, shards: shards)
                try body(path)
            }
        }

        /// Writes a shard by hand, as somebody with h5py would, without optional attributes.
        private func writeShard(
            _ path: String, _ change: (HDF5Group) throws -> Void = { _ in }, x: [Float] = [0, 0.5, 1, 0.25],
            y: [Int]? = nil
        ) throws {
            let file = try HDF5File.create(path)
            let root = try file.root
            try root.setAttribute("format", to: "treevae-dist shard")
            try root.setAttribute("format_version", to: 1)
            try root.setAttribute("count", to: x.count / 2)
            try root.setAttribute("shape", to: [2])
            try root.write(x, to: "x", shape: [x.count / 2, 2])
            if let y { try root.write(y, to: "y") }
            try change(root)
            try file.close()
        }

        private func loadTrain(_ directory: String) throws {
            _ = try Dataset.load(directory: directory, split: .train)
        }

        @Test(arguments: [1, 3, 7])
        func bytesRoundTrip(shards: Int) throws {
            try withShards(shards) { path in
                #expect(try Directory.list(path).count == 2 * shards)
                #expect(try Directory.list(Directory.parent(of: path)) == ["small"])
                let train = try Dataset.load(directory: path, split: .train)
                let expected = Dataset.small(20)
                #expect(train.count == 20 && train.shape == [1, 2, 3] && train.features == 6)
                #expect(train.scale == 1.0 / 255 && train.floats == nil)
                #expect(train.storedBytes == expected.storedBytes)
                #expect(train.labels == expected.labels && train.classNames == expected.classNames)
                #expect(train.name == "small" && train.source == "made by a test")
                #expect(train.classCounts == [7, 7, 6])
                let test = try Dataset.load(directory: path, split: .test)
                #expect(test.storedBytes == Dataset.small(7, first: 99).storedBytes)
                try test.validateUnitInterval()
            }
        }

        @Test(arguments: [1, 6, 7, 20, 1000])
        func limitTakesTheFirst(limit: Int) throws {
            try withShards { path in
                let train = try Dataset.load(directory: path, split: .train, limit: limit)
                let count = min(limit, 20)
                #expect(train.count == count && train.labels?.count == count)
                #expect(train.storedBytes == Array(Dataset.small(20).storedBytes.prefix(count * 6)))
            }
        }

        @Test func floatsWithoutLabelsRoundTrip() throws {
            try withTemporaryDirectory { directory in
                let values = (0..<50).map { Float($0) / 50 }
                let dataset = Dataset(floats: values, shape: [5], name: "floats", source: "")
                try ShardWriter.write(train: dataset, test: dataset, to: directory + "/out", shards: 4)
                let train = try Dataset.load(directory: directory + "/out", split: .train)
                #expect(train.storedFloats.elementsEqual(values) && train.bytes == nil)
                #expect(train.labels == nil && train.classNames == [] && train.classCounts == [])
                #expect(train.scale == 1 && train.shape == [5])
            }
        }

        @Test func foreignTypesAreTaken() throws {
            try withTemporaryDirectory { directory in
                let file = try HDF5File.create(directory + "/train-0-of-1.h5")
                let root = try file.root
                try root.setAttribute("format", to: "treevae-dist shard")
                try root.setAttribute("format_version", to: Int32(1))
                try root.setAttribute("count", to: Int32(2))
                try root.setAttribute("shape", to: [Int32(2)])
                try root.write([0.1, 0.2, 0.3, 0.4], to: "x", shape: [2, 2])
                try root.write([UInt8(1), 0], to: "y")
                try file.close()
                let train = try Dataset.load(directory: directory, split: .train)
                #expect(train.storedFloats.elementsEqual([0.1, 0.2, 0.3, 0.4] as [Float]))
                #expect(train.labels == [1, 0])
            }
        }

        @Test func outputDirectoriesInUseAreRefused() throws {
            try withShards { path in
                #expect(
                    message { try ShardWriter.write(train: .small(9), test: .small(9), to: path, shards: 1) }
                        == "\(path): the output directory is not empty (choose another, or empty it first)")
                #expect(
                    message {
                        try ShardWriter.write(
                            train: .small(9), test: .small(2), to: "/proc/none/data", shards: 1)
                    }.contains("cannot make the directory /proc/none"))
            }
        }

        /// In a process of its own, whose files may not grow beyond 64 KiB.
        @Test func nothingStaysWhenTheDiskIsFull() async {
            await #expect(processExitsWith: .success) {
                signal(SIGXFSZ, SIG_IGN)
                try withTemporaryDirectory { directory in
                    var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
                    #expect(setrlimit(__rlimit_resource_t(1), &limit) == 0)  // RLIMIT_FSIZE
                    let train = Strokes.generate(split: .test)
                    let text = message {
                        try ShardWriter.write(train: train, test: train, to: directory + "/out", shards: 2)
                    }
                    #expect(
                        text.contains("\(directory)/out/train-00000-of-00002.h5")
                            && text.contains("File too large"),
                        "\(text)")
                    let left = try Directory.list(directory)
                    #expect(left.isEmpty)
                }
            }
        }

        @Test func everyFlippedBitIsNoticedOrHarmless() throws {
            try withShards(1) { path in
                let file = path + "/train-00000-of-00001.h5"
                let bytes = try TestSupport.bytes(of: file)
                var noticed = 0
                for offset in bytes.indices {
                    var damaged = bytes
                    damaged[offset] ^= 1 << UInt8((offset / 8 + offset) % 8)
                    try write(damaged, to: file)
                    do {
                        let train = try Dataset.load(directory: path, split: .train)
                        #expect(
                            train.storedBytes == Dataset.small(20).storedBytes, "byte \(offset)")
                        #expect(train.labels == Dataset.small(20).labels, "byte \(offset)")
                        #expect(train.classNames == Dataset.small(20).classNames, "byte \(offset)")
                        #expect(train.scale == 1.0 / 255, "byte \(offset)")
                    } catch {
                        noticed += 1
                        #expect("\(error)".contains(file))
                    }
                }
                #expect(noticed > bytes.count / 4)
            }
        }

        @Test func everyTruncationIsNoticed() throws {
            try withShards(1) { path in
                let file = path + "/train-00000-of-00001.h5"
                let bytes = try TestSupport.bytes(of: file)
                for length in stride(from: 0, to: bytes.count, by: 7) {
                    try write(bytes[..<length], to: file)
                    #expect(message { try loadTrain(path) }.contains("cannot open \(file)"))
                }
            }
        }

        @Test func directoriesWithoutShardsAreRefused() throws {
            try withTemporaryDirectory { directory in
                #expect(
                    message { try loadTrain(directory + "/no") }.contains("there is no such data directory"))
                #expect(message { try loadTrain(directory) }.contains("the data directory is empty"))
                try write([1], to: directory + "/train.h5")
                #expect(
                    message { try loadTrain(directory) }.contains(
                        "no train shards, such as train-00000-of-00001.h5"))
            }
            try withShards { path in
                unlink(path + "/train-00001-of-00003.h5")
                #expect(
                    message { try loadTrain(path) }.contains("train-00001-of-00003.h5: this shard is missing")
                )
            }
            try withShards { path in
                rename(path + "/train-00001-of-00003.h5", path + "/train-00003-of-00003.h5")
                #expect(message { try loadTrain(path) }.contains("this shard is missing"))
            }
            try withShards { path in
                try writeShard(path + "/train-00000-of-00001.h5")
                #expect(message { try loadTrain(path) }.contains("train"))
            }
            try withShards { path in
                rename(path + "/train-00001-of-00003.h5", path + "/train-00002-of-00003.h5")
                link(path + "/train-00000-of-00003.h5", path + "/train-00001-of-00003.h5")
                #expect(
                    message { try loadTrain(path) }.contains(
                        "attribute 'shard_index' is 0, the file name says 1"))
            }
        }

        @Test func whatShardsSayIsChecked() throws {
            let advice = "use a newer treevae-dist, or prepare the data again with this one"
            let cases: [(String, (HDF5Group) throws -> Void)] = [
                (
                    "its format is 'other', not 'treevae-dist shard'",
                    { try $0.setAttribute("format", to: "other") }
                ),
                (
                    "shard format version 2 is unknown, this program reads 1 (\(advice))",
                    { try $0.setAttribute("format_version", to: 2) }
                ),
                ("int64 was expected, the file has text", { try $0.setAttribute("format_version", to: "1") }),
                (
                    "counts disagree: /x has 2 rows, the attribute 'count' says 3",
                    { try $0.setAttribute("count", to: 3) }
                ),
                (
                    "/x is [2, 2], the attribute 'shape' says [count] + [1, 1, 2]",
                    { try $0.setAttribute("shape", to: [1, 1, 2]) }
                ),
                ("attribute 'shape' is [2, 1]", { try $0.setAttribute("shape", to: [2, 1]) }),
                ("attribute 'shape' is [0]", { try $0.setAttribute("shape", to: [0]) }),
                ("attribute 'scale' is -1.0", { try $0.setAttribute("scale", to: -1.0) }),
                (
                    "attribute 'split' is 'test', the file name says 'train'",
                    { try $0.setAttribute("split", to: "test") }
                ),
                ("counts disagree: /y is [3], /x has 2 rows", { try $0.write([0, 1, 2], to: "y") }),
                ("label -1 in row 1 is out of range", { try $0.write([0, -1], to: "y") }),
                (
                    "label 2 in row 0 is out of range (there are 2 class names, labels count from 0)",
                    {
                        try $0.setAttribute("class_names", to: ["a", "b"])
                        try $0.write([2, 0], to: "y")
                    }
                ),
                ("int64 was expected, the file has float64", { try $0.write([0.5, 1], to: "y") }),
            ]
            for (expected, change) in cases {
                try withTemporaryDirectory { directory in
                    let path = directory + "/train-00000-of-00001.h5"
                    try writeShard(path, change)
                    let text = message { try loadTrain(directory) }
                    #expect(text.contains(expected) && text.contains(path), "\(text)")
                }
            }
        }

        @Test func missingPartsAreNamed() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/train-00000-of-00001.h5"
                var file = try HDF5File.create(path)
                try file.root.setAttribute("other", to: 1)
                try file.close()
                #expect(
                    message { try loadTrain(directory) }
                        == "cannot read attribute 'format' of / in \(path): it is missing")
                file = try HDF5File.create(path)
                try file.root.setAttribute("format", to: "treevae-dist shard")
                try file.root.setAttribute("format_version", to: 1)
                try file.close()
                #expect(
                    message { try loadTrain(directory) }.contains("cannot open the dataset /x in \(path)"))
                file = try HDF5File.create(path)
                try file.root.setAttribute("format", to: "treevae-dist shard")
                try file.root.setAttribute("format_version", to: 1)
                try file.root.setAttribute("count", to: 1)
                try file.root.setAttribute("shape", to: [2])
                try file.root.write([1, 2], to: "x", shape: [1, 2])
                try file.close()
                #expect(
                    message { try loadTrain(directory) }
                        == "\(path): /x holds int64 (store uint8 with a scale, or float32)")
            }
        }

        @Test func shardsMustAgree() throws {
            let cases: [(String, (String) throws -> Void)] = [
                ("it has no labels (/y)", { try writeShard($0) }),
                (
                    "another shape, [4],",
                    { path in
                        try writeShard(
                            path, { try $0.setAttribute("shape", to: [4]) }, x: [1, 1, 1, 1], y: nil)
                    }
                ),
                (
                    "the scale 0.5 is another",
                    { path in
                        try writeShard(path, { try $0.setAttribute("scale", to: 0.5) }, y: [0, 0])
                    }
                ),
                (
                    "the class names are others",
                    { path in
                        try writeShard(path, { try $0.setAttribute("class_names", to: ["a"]) }, y: [0, 0])
                    }
                ),
                (
                    "the data set, 'b', is another",
                    { path in
                        try writeShard(path, { try $0.setAttribute("dataset", to: "b") }, y: [0, 0])
                    }
                ),
            ]
            for (expected, write) in cases {
                try withTemporaryDirectory { directory in
                    try writeShard(directory + "/train-00000-of-00002.h5", y: [0, 1])
                    let path = directory + "/train-00001-of-00002.h5"
                    try write(path)
                    if expected.contains("shape") {
                        let file = try HDF5File.create(path)
                        try file.root.setAttribute("format", to: "treevae-dist shard")
                        try file.root.setAttribute("format_version", to: 1)
                        try file.root.setAttribute("count", to: 1)
                        try file.root.setAttribute("shape", to: [4])
                        try file.root.write([Float](repeating: 1, count: 4), to: "x", shape: [1, 4])
                        try file.close()
                    }
                    let text = message { try loadTrain(directory) }
                    #expect(text.contains(expected) && text.contains(path), "\(text)")
                }
            }
        }

        @Test func summariesNeedNoFileName() throws {
            try withShards { path in
                let renamed = path + "/renamed.h5"
                #expect(rename(path + "/test-00001-of-00003.h5", renamed) == 0)
                let summary = try ShardSummary(renamed)
                #expect(summary.count == 2 && summary.shape == [1, 2, 3] && summary.storedType == "uint8")
                #expect(summary.classNames == ["null", "eins", "zwölf"] && summary.split == "test")
                #expect(summary.classCounts.reduce(0, +) == 2 && summary.dataset == "small")
            }
            try withTemporaryDirectory { directory in
                try writeShard(directory + "/plain.h5")
                let plain = try ShardSummary(directory + "/plain.h5")
                #expect(plain.count == 2 && plain.classNames.isEmpty && plain.split == nil)
            }
        }

        @Test func valuesAreValidated() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/train-00001-of-00002.h5"
                try writeShard(directory + "/train-00000-of-00002.h5")
                for (value, finite) in [(Float.nan, false), (-0.1, true), (1.5, true), (.infinity, false)] {
                    try writeShard(path, x: [0, 0, 1, 1, 0, value])
                    let train = try Dataset.load(directory: directory, split: .train)
                    #expect(
                        message { try train.validateUnitInterval() }
                            .hasPrefix("/x in \(path): value \(value) in row 2, column 1 is outside [0, 1]"))
                    if finite {
                        try train.validateMagnitude()
                    } else {
                        #expect(
                            message { try train.validateMagnitude() }.contains(
                                "not a number of a magnitude below"))
                    }
                }
            }
            let bytes = Dataset(bytes: [0, 1, 2], shape: [1], scale: 1, name: "counts", source: "")
            #expect(message { try bytes.validateUnitInterval() }.contains("value 2.0 in row 2"))
        }
    }
}
