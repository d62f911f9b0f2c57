import Datasets
import Testing
import TestSupport

extension DatasetsTests {
    @Suite struct NumpyTextsTests {
        private let rows = [
            ["0", "0", "None", "10"], ["1", " über: 0.97 tot 12", "0", "1"], ["2", "", "0", "1"],
        ]

        @Test func roundTrip() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/rows.npy"
                try NumpyTexts(rows: rows).write(to: path)
                #expect(try NumpyTexts(path).rows == rows)
            }
        }

        @Test func columnsMayLieTogether() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/rows.npy"
                let bytes = NumpyBytes.file("|S1", shape: [2, 3], isFortranOrder: true, Array("adbecf".utf8))
                try write(bytes, to: path)
                #expect(try NumpyTexts(path).rows == [["a", "b", "c"], ["d", "e", "f"]])
            }
        }

        @Test func whatIsWrongIsNamed() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/rows.npy"
                let cases = [
                    (NumpyBytes.file("|O", shape: [1, 4], [0]), "allow_pickle=True).astype(str)"),
                    (NumpyBytes.file("|S1", shape: [4], Array("abcd".utf8)), "its shape is [4]"),
                    (NumpyBytes.file("|S1", shape: [2, 3], Array("abcde".utf8)), "ends within its elements"),
                ]
                for (bytes, words) in cases {
                    try write(bytes, to: path)
                    let found = message { _ = try NumpyTexts(path) }
                    #expect(found.contains(words) && found.contains(path), "\(found)")
                }
            }
        }

        @Test(.needs(.python("numpy")))
        func numpyReadsWhatIsWritten() throws {
            try withTemporaryDirectory { directory in
                try NumpyTexts(rows: rows).write(to: directory + "/rows.npy")
                let program = """
                    import numpy
                    rows = numpy.load("rows.npy")
                    numpy.save("again.npy", numpy.asfortranarray(rows))
                    print(rows.shape, rows[1, 1])
                    """
                #expect(try PythonDocument.run(program, in: directory) == "(3, 4)  über: 0.97 tot 12\n")
                #expect(try NumpyTexts(directory + "/again.npy").rows == rows)
            }
        }
    }
}
