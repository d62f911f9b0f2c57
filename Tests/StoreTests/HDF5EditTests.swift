import Files
import Glibc
import Store
import TestSupport
import Testing

extension StoreTests {
    /// Changed copies of files, which take their place.
    @Suite struct HDF5EditTests {
        private func make(_ path: String) throws {
            let file = try HDF5File.create(path)
            try file.root.write([Float](repeating: 1.5, count: 1000), to: "kept/x")
            try file.root.write([Int32(1), 2], to: "old/y")
            try file.root.write(texts: ["a", "b"], to: "old/names")
            try file.root.setAttribute("order", to: ["a"])
            try file.close()
        }

        @Test func whatIsNotTouchedStays() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/x.h5"
                try make(path)
                chmod(path, 0o640)
                let file = try HDF5File.edit(path)
                try file.root.remove("old")
                try file.root.remove("nothing/there")
                try file.root.write([Int32(7), 8, 9], to: "old/y")
                try file.root.write(text: "größer", to: "new/text")
                try file.root.setAttribute("order", to: ["a", "longer"])
                #expect(try HDF5File.open(path).root.dataset("old/y").read(as: Int.self) == [1, 2])
                try file.close()

                try HDF5File.verify(path)
                let root = try HDF5File.open(path).root
                #expect(
                    try root.dataset("kept/x").read(as: Float.self) == [Float](repeating: 1.5, count: 1000))
                #expect(try root.dataset("old/y").read(as: Int.self) == [7, 8, 9])
                #expect(try !root.exists("old/names"))
                #expect(try root.dataset("new/text").texts() == ["größer"])
                #expect(try root.textList("order") == ["a", "longer"])
                var status = stat()
                #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
                #expect(try Directory.list(directory) == ["x.h5"])
            }
        }

        @Test func linksStayLinks() throws {
            try withTemporaryDirectory { directory in
                try make(directory + "/x.h5")
                symlink("x.h5", directory + "/link.h5")
                let file = try HDF5File.edit(directory + "/link.h5")
                try file.root.remove("old")
                try file.close()
                #expect(try !HDF5File.open(directory + "/x.h5").root.exists("old"))
                var status = stat()
                #expect(lstat(directory + "/link.h5", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
            }
        }

        @Test func whatSomebodyElseChangesMeanwhileIsKept() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/x.h5"
                try make(path)
                let file = try HDF5File.edit(path)
                try file.root.remove("old")
                try make(path)
                #expect(message { try file.close() }.contains("somebody else has changed it"))
                #expect(try HDF5File.open(path).root.exists("old"))
                #expect(try Directory.list(directory) == ["x.h5"])
            }
        }

        @Test func whatIsGivenUpLeavesTheFile() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/x.h5"
                try make(path)
                let before = try bytes(of: path)
                do {
                    let file = try HDF5File.edit(path)
                    try file.root.remove("old")
                }
                #expect(try bytes(of: path) == before)
                #expect(try Directory.list(directory) == ["x.h5"])
            }
        }

        /// What other programs put into files: texts of variable length, also in tables, nothing at all, truth values,
        /// links, filters that this library does not have.
        @Test(.needs(.python("h5py")))
        func filesOfOthersAreCopiedWhole() throws {
            try withTemporaryDirectory { directory in
                let program = """
                    import h5py, numpy
                    with h5py.File("x.h5", "w") as f:
                        f["texts"] = ["one", "two"]
                        f["single"] = "text"
                        f["nothing"] = h5py.Empty("f4")
                        f["truth"] = numpy.array([True, False])
                        table = numpy.zeros(2, [("name", h5py.string_dtype()), ("score", "f4")])
                        table["name"] = ["a", "b"]
                        f["table"] = table
                        f["table"].attrs["empty"] = []
                        f["soft"] = h5py.SoftLink("/texts")
                        f["again"] = f["truth"]
                        f.create_dataset("lzf", data=numpy.arange(5000), compression="lzf", shuffle=True)
                    """
                _ = try PythonDocument.run(program, in: directory)
                for text in ["first", "second"] {
                    let file = try HDF5File.edit(directory + "/x.h5")
                    try file.root.remove("added")
                    try file.root.write(text: text, to: "added")
                    try file.close()
                }
                let output = try PythonDocument.run(
                    """
                    import h5py
                    with h5py.File("x.h5") as f:
                        print(sorted(f), f["added"].asstr()[()], f["texts"].asstr()[1], f["single"].asstr()[()])
                        print(f["nothing"].shape, f["truth"][0], f["table"][1], f["soft"].name)
                        print(f["lzf"][4999], f["again"] == f["truth"], list(f.attrs))
                    """, in: directory)
                #expect(
                    output == """
                        ['added', 'again', 'lzf', 'nothing', 'single', 'soft', 'table', 'texts', 'truth'] second two text
                        None True (b'b', 0.0) /soft
                        4999 True []

                        """)
            }
        }
    }
}
