import Files
import Spelling
import Store
import TestSupport
import Testing

extension StoreTests {
    @Suite struct HDF5TextTests {
        @Test func textsRoundTrip() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/texts.h5"
                let texts = (0..<500).map { "sample-\($0)" } + ["", "zwölf", "雪"]
                var file = try HDF5File.create(path)
                try file.root.write(texts: texts, to: "all", deflate: 4)
                let parts = try file.root.createTextDataset("parts", count: 503, width: 12)
                try parts.write(texts: Array(texts[..<200]), rows: 0..<200)
                try parts.write(texts: Array(texts[200...]), rows: 200..<503)
                try file.root.write(texts: [], to: "none")
                try file.close()
                try HDF5File.verify(path)
                file = try HDF5File.open(path)
                #expect(try file.root.dataset("all").texts() == texts)
                #expect(try file.root.dataset("parts").texts() == texts)
                #expect(try file.root.dataset("parts").texts(rows: 499..<503) == Array(texts[499...]))
                let none = try file.root.dataset("none").texts()
                #expect(none == [])
            }
        }

        @Test func whatWouldMoveACursorIsWrittenOut() {
            #expect("zwölf 雪 👩‍🔬".printable == "zwölf 雪 👩‍🔬")
            #expect("\u{1b}[2Jred\n\u{9b}0m\u{202e}x".printable == #"\u{1b}[2Jred\u{a}\u{9b}0m\u{202e}x"#)
            let error = StoreError(operation: "open", file: "a\u{1b}]0;b", reason: "no")
            #expect("\(error)" == #"cannot open a\u{1b}]0;b: no"#)
        }

        @Test func textsThatDoNotFitAreRefused() throws {
            try withTemporaryDirectory { directory in
                let file = try HDF5File.create(directory + "/texts.h5")
                let dataset = try file.root.createTextDataset("t", count: 1, width: 3)
                #expect(
                    message { try dataset.write(texts: ["four"], rows: 0..<1) }
                        .contains("the text 'four' is longer than 3 bytes"))
                #expect(message { try dataset.write(texts: ["a\0b"], rows: 0..<1) }.contains("holds a NUL"))
                try file.root.write([1, 2], to: "numbers")
                #expect(
                    message { _ = try file.root.dataset("numbers").texts() }.contains("texts were expected"))
            }
        }

        @Test(.needs(.python("h5py")))
        func textsOfVariableLengthAreRead() throws {
            try withTemporaryDirectory { directory in
                let program = """
                    import h5py
                    with h5py.File("variable.h5", "w") as f:
                        f["t"] = ["eins", "", "zwölf", "drei"]
                    """
                _ = try PythonDocument.run(program, in: directory)
                try HDF5File.verify(directory + "/variable.h5")
                let dataset = try HDF5File.open(directory + "/variable.h5").root.dataset("t")
                #expect(try dataset.texts() == ["eins", "", "zwölf", "drei"])
                #expect(try dataset.texts(rows: 1..<3) == ["", "zwölf"])
            }
        }
    }
}
