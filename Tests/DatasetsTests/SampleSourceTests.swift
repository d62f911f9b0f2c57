import Datasets
import Files
import Store
import TestSupport
import Testing

extension DatasetsTests {
    /// Writing what a source delivers.
    @Suite struct SampleSourceTests {
        /// A source with everything a shard can hold, whose sample i is [i, i + 1].
        private struct Everything: SampleSource {
            var schema: SampleSchema
            let count: Int
            var strata: [Int32]?
            var blockRows = 7
            var delivered: Int?
            var change: (inout SampleBlock, Int) -> Void = { _, _ in }

            init(_ count: Int, isCounts: Bool = true) {
                self.count = count
                schema = SampleSchema(
                    name: "everything", source: "a test", shape: [2], element: .floats,
                    identity: .texts(width: 8), isLabelled: true, classNames: ["even", "odd"])
                schema.fineClassNames = ["zero", "one", "two", "three"]
                schema.attributeNames = ["big", "small", "grün"]
                schema.featureNames = ["left", "right"]
                schema.isCounts = isCounts
            }

            var division: SampleDivision { .pool(count: count, strata: strata) }

            func deliver(to sink: (SampleBlock) throws -> Void) throws {
                for start in stride(from: 0, to: delivered ?? count, by: blockRows) {
                    let rows = start..<min(start + blockRows, delivered ?? count)
                    var block = SampleBlock(
                        .floats(rows.flatMap { [Float($0), Float($0 + 1)] }),
                        ids: .texts(rows.map { "id-\($0)" }), labels: rows.map { Int32($0 % 2) })
                    block.fineLabels = rows.map { Int32($0 % 4) }
                    block.attributes = rows.flatMap { [UInt8($0 % 2), UInt8($0 / 2 % 2), 1] }
                    change(&block, start)
                    try sink(block)
                }
            }
        }

        private func texts(_ dataset: Dataset) -> [String] { (0..<dataset.count).map { dataset.ids[$0] } }

        @Test func aSubsetHasItsClassesAndItsCount() throws {
            try withTemporaryDirectory { directory in
                let odd = try SubsetSource(
                    Everything(60), classes: ["odd"], trainCount: 11, testFraction: 0.2, seed: 3)
                #expect(odd.schema.classNames == ["odd"])
                try ShardWriter.write(odd, to: directory + "/odd", plan: ShardPlan(shards: 2))
                let train = try Dataset.load(directory: directory + "/odd", split: .train)
                let test = try Dataset.load(directory: directory + "/odd", split: .test)
                #expect(train.count == 11 && (1...12).contains(test.count))
                #expect(train.labels == Array(repeating: 0, count: 11))
                for dataset in [train, test] {
                    for row in 0..<dataset.count {
                        let sample = Int(try #require(dataset.floats)[2 * row])
                        #expect(sample % 2 == 1 && dataset.ids[row] == "id-\(sample)")
                    }
                }
                let ids = Set(texts(train) + texts(test))
                #expect(ids.count == train.count + test.count)
                // Another seed draws others; labels follow the order in which classes are named.
                let both = try SubsetSource(
                    Everything(60), classes: ["odd", "even"], trainCount: 11, testFraction: 0.2, seed: 4)
                try ShardWriter.write(both, to: directory + "/both", plan: ShardPlan(shards: 1))
                let other = try Dataset.load(directory: directory + "/both", split: .train)
                for row in 0..<other.count {
                    let sample = Int(try #require(other.floats)[2 * row])
                    #expect(Int(try #require(other.labels)[row]) == 1 - sample % 2)
                }
                #expect(texts(other) != texts(train))
                for (classes, count, words) in [
                    (["none"], 1, "there is no class none"), (["odd", "odd"], 1, "named twice"),
                    (["odd"], 31, "samples to train on, not 31"),
                ] {
                    #expect(
                        message {
                            _ = try SubsetSource(
                                Everything(60), classes: classes, trainCount: count, testFraction: 0.2,
                                seed: 1)
                        }.contains(words), "\(words)")
                }
            }
        }

        @Test(arguments: [1, 3], [0, 0.2, 0.5])
        func everythingRoundTrips(shards: Int, testFraction: Double) throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/out"
                let plan = ShardPlan(shards: shards, testFraction: testFraction, seed: 3)
                let summary = try ShardWriter.write(Everything(50), to: path, plan: plan)
                let testCount = Int(50 * testFraction)
                #expect(summary.map(\.count) == (testCount == 0 ? [50] : [50 - testCount, testCount]))

                var seen: Set<String> = []
                for part in summary {
                    let data = try Dataset.load(directory: path, split: part.split)
                    #expect(data.count == part.count && data.classCounts == part.classCounts)
                    #expect(data.featureNames == ["left", "right"])
                    for (row, id) in texts(data).enumerated() {
                        seen.insert(id)
                        let number = try #require(Int(id.dropFirst(3)))
                        let values = data.storedFloats[2 * row..<2 * row + 2]
                        #expect(values.elementsEqual([Float(number), Float(number + 1)]))
                        #expect(data.labels?[row] == Int32(number % 2))
                        #expect(data.librarySizes?[row] == Double(2 * number + 1))
                    }
                }
                #expect(seen.count == 50)

                var rows = 0
                for index in 0..<shards {
                    let root = try HDF5File.open("\(path)/train-0000\(index)-of-0000\(shards).h5").root
                    let numbers = try root.dataset("ids").texts().map { Int($0.dropFirst(3)) ?? -1 }
                    #expect(numbers == numbers.sorted(), "the order of the source")
                    #expect(try root.dataset("fine_labels").read(as: Int.self) == numbers.map { $0 % 4 })
                    #expect(
                        try root.dataset("attributes").read(as: Int.self)
                            == numbers.flatMap { [$0 % 2, $0 / 2 % 2, 1] })
                    #expect(try root.dataset("attributes").textList("names") == ["big", "small", "grün"])
                    #expect(
                        try root.dataset("fine_labels").textList("class_names") == [
                            "zero", "one", "two", "three",
                        ])
                    rows += numbers.count
                }
                #expect(rows == summary[0].count)
            }
        }

        @Test func blocksOfAnySizeMakeTheSameFiles() throws {
            try withTemporaryDirectory { directory in
                for blockRows in [1, 7, 1000] {
                    var source = Everything(1000)
                    source.blockRows = blockRows
                    try ShardWriter.write(source, to: "\(directory)/\(blockRows)", plan: ShardPlan(shards: 2))
                }
                for name in try Directory.list(directory + "/1") {
                    let first = try bytes(of: "\(directory)/1/\(name)")
                    #expect(try bytes(of: "\(directory)/7/\(name)") == first)
                    #expect(try bytes(of: "\(directory)/1000/\(name)") == first)
                }
            }
        }

        @Test func poolsAreDividedByStratumAndSeed() throws {
            try withTemporaryDirectory { directory in
                func testIDs(_ seed: UInt64, _ fraction: Double = 0.2) throws -> [String] {
                    var source = Everything(100)
                    source.strata = (0..<100).map { Int32($0 / 5) }
                    let path = "\(directory)/\(seed)-\(fraction)"
                    try ShardWriter.write(
                        source, to: path, plan: ShardPlan(shards: 1, testFraction: fraction, seed: seed))
                    return texts(try Dataset.load(directory: path, split: .test))
                }
                let first = try testIDs(1)
                let strata = first.map { (Int($0.dropFirst(3)) ?? -1) / 5 }
                #expect(strata == Array(0..<20), "one of each five")
                #expect(try testIDs(2) != first)
                // Seven of a hundred cannot be a whole number of each five, but of all.
                #expect(try testIDs(1, 0.07).count == 7)
            }
        }

        @Test func sourcesThatChangeAreNoticed() throws {
            try withTemporaryDirectory { directory in
                for delivered in [40, 60] {
                    var source = Everything(50)
                    source.delivered = delivered
                    #expect(
                        message { try ShardWriter.write(source, to: directory + "/out") }
                            == "a test: it changed while it was read (prepare it again)")
                }
                let left = try Directory.list(directory)
                #expect(left == [])
            }
        }

        @Test func whatIsNoNumberOrNoCountIsRefused() throws {
            try withTemporaryDirectory { directory in
                let cases: [(Float, Bool, String)] = [
                    (.nan, false, "not a finite number"), (.infinity, true, "not a finite number"),
                    (-1, true, "not a count"), (0.5, true, "not a count"),
                ]
                for (value, isCounts, words) in cases {
                    var source = Everything(50, isCounts: isCounts)
                    source.change = { block, start in
                        guard start == 21, case .floats(var floats) = block.values else { return }
                        floats[5] = value
                        block.values = .floats(floats)
                    }
                    let text = message { try ShardWriter.write(source, to: directory + "/out") }
                    #expect(text.contains("sample id-23 has the value \(value) at 'right'"), "\(text)")
                    #expect(text.contains(words), "\(text)")
                }
                let left = try Directory.list(directory)
                #expect(left == [])
                var negative = Everything(50, isCounts: false)
                negative.change = { block, _ in
                    block.values = .floats([Float](repeating: -0.5, count: 2 * block.count))
                }
                try ShardWriter.write(negative, to: directory + "/out")
                #expect(try Dataset.load(directory: directory + "/out", split: .train).librarySizes == nil)
            }
        }

        @Test func emptySourcesAreRefusedAndSmallOnesHaveFewShards() throws {
            try withTemporaryDirectory { directory in
                #expect(
                    message { try ShardWriter.write(Everything(0), to: directory + "/out") }
                        .contains("it holds no samples to train on"))
                let written = try ShardWriter.write(Everything(15), to: directory + "/out")
                #expect(written.map(\.shards) == [4, 3] && written.map(\.count) == [12, 3])
                #expect(try Dataset.load(directory: directory + "/out", split: .test).count == 3)
            }
        }

        @Test func whatStandsBesideSamplesIsChecked() throws {
            let cases: [(String, (HDF5Group) throws -> Void)] = [
                ("/ids is [3], /x has 2 rows", { try $0.write([1, 2, 3], to: "ids") }),
                ("/library_size is [1], /x has 2 rows", { try $0.write([1.5], to: "library_size") }),
                ("/fine_labels is [2, 1]", { try $0.write([1, 2], to: "fine_labels", shape: [2, 1]) }),
                (
                    "/attributes is [2, 2], /x has 2 rows and there are 0 names",
                    { try $0.write([1, 0, 0, 1], to: "attributes", shape: [2, 2]) }
                ),
                (
                    "there are 2 feature names for samples of shape [3]",
                    { try $0.write(texts: ["a", "b"], to: "feature_names") }
                ),
                ("int64 was expected, the file has float64", { try $0.write([0.5, 1], to: "ids") }),
            ]
            for (expected, change) in cases {
                try withTemporaryDirectory { directory in
                    let file = try HDF5File.create(directory + "/train-00000-of-00001.h5")
                    let root = try file.root
                    try root.setAttribute("format", to: "treevae-dist shard")
                    try root.setAttribute("format_version", to: 1)
                    try root.setAttribute("count", to: 2)
                    try root.setAttribute("shape", to: [3])
                    try root.write([Float](repeating: 0, count: 6), to: "x", shape: [2, 3])
                    try change(root)
                    try file.close()
                    let text = message { _ = try Dataset.load(directory: directory, split: .train) }
                    #expect(text.contains(expected), "\(text)")
                }
            }
        }
    }
}
