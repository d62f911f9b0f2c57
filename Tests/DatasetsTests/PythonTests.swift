import Datasets
import Files
import Store
import TestSupport
import Testing

extension DatasetsTests {
    /// The Python programs of docs/shard-format.md, run as they stand there.
    @Suite struct PythonTests {
        @Test(.needs(.python("h5py")))
        func h5pyReadsShards() throws {
            try withTemporaryDirectory { directory in
                let test = Strokes.generate(split: .test)
                try Directory.create(directory + "/data")
                try ShardWriter.write(train: test, test: test, to: directory + "/data/strokes", shards: 4)
                let program = try PythonDocument("shard-format.md").programs[0]
                let check = "print(x.shape, x.dtype, int(f['x'][:].sum()), y.sum(), names[9])"
                let sum = test.storedBytes.prefix(250 * 784).reduce(0) { $0 + Int($1) }
                let output = try PythonDocument.run(program + check, in: directory)
                #expect(output.hasSuffix("(250, 1, 28, 28) float64 \(sum) 1125 9\n"), "\(output)")
            }
        }

        @Test(.needs(.python("h5py")))
        func h5pyWritesShards() throws {
            try withTemporaryDirectory { directory in
                let programs = try PythonDocument("shard-format.md").programs
                #expect(programs.count == 2)
                _ = try PythonDocument.run(programs[1], in: directory)
                let train = try Dataset.load(directory: directory + "/data/mine", split: .train)
                let test = try Dataset.load(directory: directory + "/data/mine", split: .test)
                #expect(train.count == 900 && test.count == 100 && train.shape == [20])
                #expect(train.classNames == ["low", "high"] && train.classCounts.allSatisfy { $0 > 300 })
                #expect(train.name == "mine" && train.scale == 1)
                try train.validateUnitInterval()
            }
        }
    }
}
