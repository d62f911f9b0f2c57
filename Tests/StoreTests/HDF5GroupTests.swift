import Store
import Testing
import TestSupport

extension StoreTests {
    @Suite struct HDF5GroupTests {
        @Test func groupsNest() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/groups.h5"
                let file = try HDF5File.create(path)
                let node = try file.root.createGroup("tree/node_000/node_001")
                #expect(node.path == "/tree/node_000/node_001")
                try node.write([Float(1)], to: "mu/weight")
                #expect(
                    message { _ = try file.root.createGroup("tree") }
                        .contains("cannot create the group /tree in \(path)"))
                try file.close()

                let root = try HDF5File.open(path).root
                #expect(try root.children().map(\.name) == ["tree"])
                let parent = try root.group("tree/node_000/node_001/mu")
                #expect(try parent.children().map(\.kind) == [.dataset])
                #expect(try root.exists("tree/node_000/node_001/mu/weight"))
                #expect(try root.exists("/tree/node_000"))
                #expect(try !root.exists("tree/node_009/mu/weight"))
                #expect(message { _ = try root.group("tree/node_009") }.contains("/tree/node_009 in \(path)"))
            }
        }

        /// Links that are paths lead in circles, nowhere or elsewhere, and hard links give an object two names.
        @Test(.needs(.python("h5py")))
        func everyObjectIsVisitedOnce() throws {
            try withTemporaryDirectory { directory in
                let program = """
                    import h5py
                    with h5py.File("links.h5", "w") as f:
                        f["entry/x"] = [1, 2, 3]
                        f["entry/again"] = f["entry/x"]
                        f["entry/up"] = f["entry"]
                        f["entry/soft"] = h5py.SoftLink("/entry/x")
                        f["entry/nowhere"] = h5py.SoftLink("/gone")
                        f["other"] = h5py.ExternalLink("missing.h5", "/x")
                    """
                _ = try PythonDocument.run(program, in: directory)
                let path = directory + "/links.h5"
                var seen: [String] = []
                try HDF5File.open(path).forEach { path, kind in seen.append("\(path) \(kind)") }
                #expect(
                    seen == [
                        "/ group", "/entry group", "/other other", "/entry/again dataset",
                        "/entry/nowhere other", "/entry/soft other", "/entry/up other", "/entry/x other",
                    ])
                try HDF5File.verify(path)
                #expect(try HDF5File.open(path).root.dataset("entry/soft").read(as: Int.self) == [1, 2, 3])
            }
        }

        @Test func objectsKeepTheirFileOpenUntilItIsClosed() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/life.h5"
                let group = try HDF5File.create(path).root.createGroup("a")
                try group.setAttribute("still", to: "open")
                try group.file.close()
                try group.file.close()
                #expect(message { _ = try group.text("still") }.contains("/a in \(path)"))
            }
        }
    }
}
