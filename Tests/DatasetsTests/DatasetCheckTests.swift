import Datasets
import Store
import Testing
import TestSupport

extension DatasetsTests {
    /// `prepare --check` and what `inspect` says of values.
    @Suite struct DatasetCheckTests {
        /// Shards whose train part a test has changed.
        private func check(
            values: [Float] = [0, 1, 2, 3, 4, 5], _ change: (HDF5Group) throws -> Void
        ) throws -> DatasetCheck {
            try withTemporaryDirectory { directory in
                let file = try HDF5File.create(directory + "/train-00000-of-00001.h5")
                let root = try file.root
                try root.setAttribute("format", to: "treevae-dist shard")
                try root.setAttribute("format_version", to: 1)
                try root.setAttribute("count", to: 2)
                try root.setAttribute("shape", to: [3])
                try root.write(values, to: "x", shape: [2, 3])
                try change(root)
                try file.close()
                return try DatasetCheck(directory)
            }
        }

        @Test func whatIsThereIsSummarised() throws {
            try withTemporaryDirectory { directory in
                try ShardWriter.write(
                    train: .small(20), test: .small(7, first: 99), to: directory + "/small", shards: 3)
                var seen: [Int] = []
                let result = try DatasetCheck(directory + "/small") { seen.append($0.done) }
                #expect(result.parts.map(\.count) == [20, 7] && result.parts.map(\.shards) == [3, 3])
                #expect(result.parts[0].classCounts == [7, 7, 6] && result.example.shape == [1, 2, 3])
                let values = Dataset.small(20).storedBytes.map(Int.init)
                let range = try #require(result.parts[0].range)
                #expect(abs(range.upperBound - Double(values.max()!) / 255) < 1e-12)
                #expect(seen.last == 27)
                removeFile(directory + "/small/test-00001-of-00003.h5")
                #expect(
                    message { _ = try DatasetCheck(directory + "/small") }.contains("this shard is missing"))
            }
            #expect(try check { _ in }.parts.map(\.range) == [0...5])
        }

        @Test func whatIsWrongIsNamed() throws {
            let cases: [(String, (HDF5Group) throws -> Void)] = [
                ("'7' in row 1 is there a second time", { try $0.write([7, 7], to: "ids") }),
                ("'a' in row 1 is there a second time", { try $0.write(texts: ["a", "a"], to: "ids") }),
                ("row 1 has 13.0, its values sum to 12.0", { try $0.write([3.0, 13], to: "library_size") }),
                ("label 2000000000 in row 1 is out of range", { try $0.write([0, 2_000_000_000], to: "y") }),
                ("label -1 in row 0 is out of range", { try $0.write([-1, 0], to: "y") }),
                ("label -2 in row 1 is out of range", { try $0.write([0, -2], to: "fine_labels") }),
                (
                    "row 1 has 2 (0 or 1 is expected)",
                    {
                        let attributes = try $0.write([0, 1, 0, 2], to: "attributes", shape: [2, 2])
                        try attributes.setAttribute("names", to: ["a", "b"])
                    }
                ),
                ("'value_range' says [0.0, 4.0]", { try $0.setAttribute("value_range", to: [0.0, 4]) }),
            ]
            let notFinite = message { _ = try check(values: [0, 1, 2, 3, 4, .nan]) { _ in } }
            #expect(notFinite.contains("row 1, column 2 is nan"), "\(notFinite)")
            for (words, change) in cases {
                let found = message { _ = try check(change) }
                #expect(found.contains(words), "\(found)")
            }
        }

        @Test func damageIsFound() throws {
            try withTemporaryDirectory { directory in
                let strokes = Strokes.generate(split: .test)
                try ShardWriter.write(train: strokes, test: strokes, to: directory + "/s", shards: 1)
                let path = directory + "/s/test-00000-of-00001.h5"
                var damaged = try bytes(of: path)
                damaged[damaged.count / 2] ^= 4
                try write(damaged, to: path)
                let found = message { _ = try DatasetCheck(directory + "/s") }
                #expect(found.contains(path) && found.contains("hecksum"), "\(found)")
            }
        }

        @Test func valuesAreCounted() throws {
            try withTemporaryDirectory { directory in
                let values: [Float] = [0, 0, 1, 2, 3, 3, 3, 8]
                let data = Dataset(floats: values, shape: [2], scale: 0.5, name: "v", source: "a test")
                try ShardWriter.write(train: data, test: data, to: directory + "/v", shards: 1)
                let path = directory + "/v/train-00000-of-00001.h5"
                let histogram = try #require(try ValueHistogram(path, bins: 4))
                #expect(histogram.range == 0...4 && histogram.counts == [3, 4, 0, 1])
                #expect(
                    histogram.mean == 1.25 && histogram.zeroShare == 0.25 && histogram.nonFiniteCount == 0)
                #expect((0..<4).map(histogram.lowerBound) == [0, 1, 2, 3])
                let summary = try ShardSummary(path)
                #expect(summary.ids?.first == "0" && summary.ids?.last == "3" && !summary.isCounts)
            }
        }
    }
}
