import Glibc
import Store
import Testing
import TestSupport

extension StoreTests {
    @Suite struct AtomicFileTests {
        private struct Refused: Error {}

        @Test func replacesAFileOrLeavesItAlone() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/config.yml"
                try AtomicFile.write("seed: 1\n", to: path)
                #expect(try bytes(of: path) == Array("seed: 1\n".utf8))
                try AtomicFile.write([1, 2, 3] as [UInt8], to: path)
                #expect(try bytes(of: path) == [1, 2, 3])

                #expect(throws: Refused.self) {
                    try AtomicFile.write(to: path) { temporary in
                        try write([9], to: temporary)
                        throw Refused()
                    }
                }
                #expect(throws: Refused.self) {
                    try AtomicFile.write(to: path, verify: { _ in throw Refused() }) {
                        try write([9], to: $0)
                    }
                }
                #expect(try bytes(of: path) == [1, 2, 3])
                #expect(try Directory.list(directory) == ["config.yml"])
            }
        }

        @Test func verifiesWhatWasWritten() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/model.h5"
                try AtomicFile.write(to: path, verify: HDF5File.verify) { temporary in
                    let file = try HDF5File.create(temporary)
                    try file.root.write([1.0, 2.0], to: "x")
                    try file.close()
                }
                #expect(try HDF5File.open(path).root.dataset("x").read(as: Double.self) == [1, 2])
                let text = message {
                    try AtomicFile.write(to: path, verify: HDF5File.verify) {
                        try write([0], to: $0)
                    }
                }
                #expect(text.contains("cannot open \(path): "))
                #expect(try Directory.list(directory) == ["model.h5"])
            }
        }

        @Test func namesADirectoryThatIsNotThere() {
            #expect(
                message { try AtomicFile.write("text", to: "/no/such/place/file") }
                    == "cannot create /no/such/place/file: No such file or directory (check the path)")
        }

        /// In a process of its own, whose files may not grow beyond 64 KiB.
        @Test func nothingStaysWhenTheDiskIsFull() async {
            await #expect(processExitsWith: .success) {
                signal(SIGXFSZ, SIG_IGN)
                try withTemporaryDirectory { directory in
                    var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
                    #expect(setrlimit(__rlimit_resource_t(1), &limit) == 0)  // RLIMIT_FSIZE
                    let path = directory + "/model.h5"
                    let text = message {
                        try AtomicFile.write(to: path, verify: HDF5File.verify) { temporary in
                            let file = try HDF5File.create(temporary)
                            try file.root.write([Double](repeating: 1, count: 100_000), to: "x")
                            try file.close()
                        }
                    }
                    #expect(text.contains("\(path)") && text.contains("File too large"), "\(text)")
                    #expect(try Directory.list(directory).isEmpty)
                    #expect(
                        message { try AtomicFile.write([UInt8](repeating: 7, count: 1 << 17), to: path) }
                            == "cannot write \(path): File too large "
                            + "(raise the file size limit (ulimit -f) or write somewhere else)")
                    #expect(try Directory.list(directory).isEmpty)
                    // What fits can still be written after a failure.
                    try AtomicFile.write("small", to: path)
                    #expect(try Directory.list(directory) == ["model.h5"])
                }
            }
        }
    }

    @Suite struct DirectoryTests {
        @Test func makesListsAndRemoves() throws {
            try withTemporaryDirectory { directory in
                try Directory.create(directory + "/a/b/")
                try Directory.create(directory + "/a/b")
                try write([1], to: directory + "/a/file")
                #expect(try Directory.list(directory + "/a") == ["b", "file"])
                #expect(Directory.exists(directory + "/a/b") && !Directory.exists(directory + "/a/file"))
                #expect(message { try Directory.create(directory + "/a/file") }.contains("File exists"))
                Directory.remove(directory + "/a")
                #expect(!Directory.exists(directory + "/a"))
                #expect(message { _ = try Directory.list(directory + "/a") }.contains("cannot list"))
            }
        }

        @Test func removesFilesToo() throws {
            try withTemporaryDirectory { directory in
                try AtomicFile.write("text", to: directory + "/file")
                try Directory.create(directory + "/target")
                try AtomicFile.write("text", to: directory + "/target/file")
                symlink(directory + "/target", directory + "/link")
                Directory.remove(directory + "/file")
                Directory.remove(directory + "/link")
                Directory.remove(directory + "/missing")
                #expect(try Directory.list(directory) == ["target"])
                #expect(try Directory.list(directory + "/target") == ["file"])
            }
        }

        @Test func takesPathsApart() {
            #expect(Directory.parent(of: "a") == "." && Directory.lastComponent(of: "a/") == "a")
            #expect(Directory.parent(of: "/a") == "/" && Directory.parent(of: "/") == "/")
            #expect(Directory.parent(of: "x//y/") == "x" && Directory.lastComponent(of: "x/y") == "y")
            #expect(Directory.join("/", "a") == "/a" && Directory.join("a", "b") == "a/b")
        }
    }
}
