import Datasets
import Store
import Testing
import TestSupport

extension DatasetsTests {
    /// Samples that stay in their files are those that would have been loaded.
    @Suite struct SampleReaderTests {
        private static let selections: [[Int32]] = [
            [], [0], [1999], Array(0..<2000), [1500, 3, 700, 701, 702, 4, 1999, 699, 0],
            stride(from: 1999, through: 0, by: -7).map { $0 }, [5, 5, 6, 8], [1999, 4, 700, 4, 1999, 4],
        ]

        private func load(_ directory: String, memory: Int = 0) throws -> Dataset {
            try Dataset.load(directory: directory, splits: [.train], memory: memory)[0]
        }

        /// Compressed or not.
        @Test(arguments: [(1, nil), (3, 4), (40, 4)] as [(Int, Int?)])
        func bytes(shards: Int, deflate: Int?) throws {
            try withTemporaryDirectory { directory in
                let images = Pictures.images(2000, key: 1, labelled: true, floats: false)
                let plan = ShardPlan(shards: shards, deflate: deflate)
                try ShardWriter.write(
                    DatasetSource(train: images, test: images), to: directory + "/data", plan: plan)
                if deflate == nil {
                    let file = try TestSupport.bytes(of: directory + "/data/train-00000-of-00001.h5")
                    #expect(file.count > 2000 * 784)
                }
                let dataset = try load(directory + "/data")
                let stored = try #require(dataset.stored)
                #expect(dataset.bytes == nil && dataset.floats == nil && dataset.heldBytes == 0)
                #expect(dataset.count == 2000 && dataset.labels == images.labels)
                #expect(stored.pieces.first == 0 && stored.pieces.last == 2000)
                let reader = SampleReader(stored)
                let block = RowBlock(stored)
                for selection in Self.selections {
                    try reader.read(selection, into: block)
                    for (sample, slot) in zip(selection, block.slots) {
                        let found = UnsafeBufferPointer(start: block.bytes! + Int(slot) * 784, count: 784)
                        let wanted = UnsafeBufferPointer(start: images.bytes! + Int(sample) * 784, count: 784)
                        #expect(found.elementsEqual(wanted), "sample \(sample)")
                    }
                }
            }
        }

        /// Shards of 0, 700, 0 and 1300 rows, of doubles, and the last in one piece without chunks.
        @Test func unevenShardsOfDoubles() throws {
            try withTemporaryDirectory { directory in
                var first = 0
                for (index, count) in [0, 700, 0, 1300].enumerated() {
                    let file = try HDF5File.create("\(directory)/train-\(index)-of-4.h5")
                    let root = try file.root
                    try root.setAttribute("format", to: "treevae-dist shard")
                    try root.setAttribute("format_version", to: 1)
                    try root.setAttribute("count", to: count)
                    try root.setAttribute("shape", to: [2])
                    let values = (first..<first + count).flatMap { [Double($0) / 2000, 0.25] }
                    try root.write(values, to: "x", shape: [count, 2])
                    try file.close()
                    first += count
                }
                let dataset = try load(directory)
                try dataset.validateUnitInterval()
                let stored = try #require(dataset.stored)
                let reader = SampleReader(stored)
                let block = RowBlock(stored)
                for selection in Self.selections {
                    try reader.read(selection, into: block)
                    for (sample, slot) in zip(selection, block.slots) {
                        #expect(block.floats![Int(slot) * 2] == Float(Double(sample) / 2000))
                        #expect(block.floats![Int(slot) * 2 + 1] == 0.25)
                    }
                }
            }
        }

        @Test func theSmallestSplitIsHeldFirst() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/data"
                try Pictures.write(to: path, train: 300, test: 90)
                for (memory, held) in [
                    (90 * 784 - 1, [false, false]), (90 * 784, [false, true]),
                    (390 * 784 - 1, [false, true]), (390 * 784, [true, true]),
                ] {
                    let splits = try Dataset.load(directory: path, splits: [.train, .test], memory: memory)
                    #expect(splits.map { $0.stored == nil } == held, "\(memory) bytes")
                    #expect(splits.map(\.count) == [300, 90])
                }
                let limited = try Dataset.load(directory: path, splits: [.train], limit: 7, memory: 0)[0]
                #expect(limited.count == 7 && limited.labels?.count == 7 && limited.stored?.pieces.last == 7)
            }
        }

        @Test func valuesThatAreOutOfRangeAreFound() throws {
            try withTemporaryDirectory { directory in
                var values = [Float](repeating: 0.5, count: 100_000)
                values[70_001] = 1.5
                let dataset = Dataset(floats: values, shape: [2], name: "floats", source: "")
                try ShardWriter.write(train: dataset, test: dataset, to: directory + "/data", shards: 2)
                let stored = try load(directory + "/data")
                let text = message { try stored.validateUnitInterval() }
                #expect(
                    text.contains("train-00001-of-00002.h5")
                        && text.contains("value 1.5 in row 10000, column 1"), "\(text)")
                try stored.validateMagnitude()
            }
        }

        @Test func damageIsToldWithFileAndDataset() throws {
            try withTemporaryDirectory { directory in
                try Pictures.write(to: directory + "/data", train: 2000)
                let path = directory + "/data/train-00001-of-00002.h5"
                var contents = try TestSupport.bytes(of: path)
                contents[contents.count / 2] ^= 1
                try write(contents, to: path)
                let stored = try #require(try load(directory + "/data").stored)
                let reader = SampleReader(stored)
                let block = RowBlock(stored)
                try reader.read(Array(0..<1000), into: block)
                let text = message { try reader.read(Array(0..<2000), into: block) }
                #expect(text.contains("cannot read /x in \(path)"), "\(text)")
            }
        }
    }
}
