import Datasets
import Glibc
import Store
import Testing

extension DatasetsTests {
    /// The Python programs of docs/shard-format.md, run as they stand there.
    @Suite struct PythonTests {
        /// The interpreter to use: `TREEVAE_PYTHON`, or `python3` on the path.
        static let interpreter = getenv("TREEVAE_PYTHON").map { String(cString: $0) } ?? "python3"

        static let hasH5py = system("\(interpreter) -c 'import h5py' >/dev/null 2>&1") == 0

        /// The Python blocks of the document, in order.
        private func programs() throws -> [String] {
            let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
            let text = String(decoding: try contents(of: root + "/docs/shard-format.md"), as: UTF8.self)
            var programs: [String] = []
            var inside = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                if line == "```python" {
                    inside = true
                    programs.append("")
                } else if line == "```" {
                    inside = false
                } else if inside {
                    programs[programs.count - 1] += line + "\n"
                }
            }
            return programs
        }

        /// Runs a program in a directory; its standard output goes to the file `output` there.
        private func run(_ program: String, in directory: String) throws -> String {
            try overwrite(directory + "/program.py", with: program.utf8)
            #expect(system("cd '\(directory)' && \(Self.interpreter) program.py > output") == 0)
            return String(decoding: try contents(of: directory + "/output"), as: UTF8.self)
        }

        @Test(.enabled(if: hasH5py, "there is no Python with h5py; set TREEVAE_PYTHON to one"))
        func h5pyReadsShards() throws {
            try withTemporaryDirectory { directory in
                let test = Strokes.generate(split: .test)
                try ShardWriter.write(train: test, test: test, to: directory + "/data", shards: 2)
                let program = try programs()[0]
                let check = "print(x.shape, x.dtype, int(f['x'][:].sum()), y.sum(), names[9])"
                let sum = test.storedBytes.prefix(500 * 784).reduce(0) { $0 + Int($1) }
                let output = try run(program + check, in: directory)
                #expect(output.hasSuffix("(500, 1, 28, 28) float64 \(sum) 2250 9\n"), "\(output)")
            }
        }

        @Test(.enabled(if: hasH5py, "there is no Python with h5py; set TREEVAE_PYTHON to one"))
        func h5pyWritesShards() throws {
            try withTemporaryDirectory { directory in
                let programs = try programs()
                #expect(programs.count == 2)
                _ = try run(programs[1], in: directory)
                let train = try Dataset.load(directory: directory + "/data", split: .train)
                let test = try Dataset.load(directory: directory + "/data", split: .test)
                #expect(train.count == 900 && test.count == 100 && train.shape == [20])
                #expect(train.classNames == ["low", "high"] && train.classCounts.allSatisfy { $0 > 300 })
                #expect(train.name == "mine" && train.scale == 1)
                try train.validateUnitInterval()
            }
        }
    }
}
