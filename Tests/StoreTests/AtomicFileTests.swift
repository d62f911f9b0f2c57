import Files
import Glibc
import Store
import TestSupport
import Testing

extension StoreTests {
    @Suite struct AtomicFileTests {
        @Test func replacesAFileOrLeavesItAlone() throws {
            try withTemporaryDirectory { directory in
                let path = directory + "/config.yml"
                try AtomicFile.write("seed: 1\n", to: path)
                #expect(try bytes(of: path) == Array("seed: 1\n".utf8))
                try AtomicFile.write([1, 2, 3] as [UInt8], to: path)
                #expect(try bytes(of: path) == [1, 2, 3])

                // A file that was not closed never was there.
                do {
                    let file = try FileWriter(path)
                    try file.append([9])
                    #expect(try Directory.list(directory).count == 2)
                }
                #expect(try bytes(of: path) == [1, 2, 3])
                #expect(try Directory.list(directory) == ["config.yml"])
            }
        }

        /// What somebody else does to the file while it is written stands for a disk that forgets.
        @Test func whatTheDiskLostIsNoticed() throws {
            try withTemporaryDirectory { directory in
                func temporary() throws -> String {
                    directory + "/"
                        + (try #require(try Directory.list(directory).first { $0.hasSuffix(".tmp") }))
                }
                let text = directory + "/report.html"
                let lines = try FileWriter(text)
                try lines.append(Array("first\n".utf8))
                try write("f\0rst\n".utf8, to: temporary())
                #expect(message { try lines.close() }.contains("cannot write \(text): the disk gives back"))

                // A chunk that reads as zeros, with the checksum zero, as a hole in the file does; HDF5 keeps the last few.
                let model = directory + "/model.h5"
                let file = try HDF5File.create(model)
                let weights = try file.root.createDataset("weights", of: UInt8.self, shape: [8 << 18])
                for part in 0..<8 {
                    let rows = part << 18..<(part + 1) << 18
                    try [UInt8](repeating: 0xA5, count: 1 << 18).withUnsafeBufferPointer {
                        try weights.write($0, rows: rows)
                    }
                }
                let handle = try #require(fopen(temporary(), "r+"))
                var contents = [UInt8](repeating: 0, count: 1 << 18)
                let count = fread(&contents, 1, contents.count, handle)
                let start = try #require(contents[..<count].firstIndex(of: 0xA5))
                fseek(handle, start, SEEK_SET)
                // The chunk and its checksum.
                fwrite([UInt8](repeating: 0, count: 1 << 18 + 4), 1, 1 << 18 + 4, handle)
                fclose(handle)
                #expect(
                    message { try file.close() }
                        == "cannot write /weights in \(model): the disk gives back something else than was written "
                        + "(look for errors of the disk in the system's log, or write somewhere else)")
                #expect(try Directory.list(directory).isEmpty)
            }
        }

        @Test func onlyWhatWasAbandonedIsRemoved() throws {
            try withTemporaryDirectory { directory in
                let number = "0123456789abcdef"
                let foreign = [
                    ".model.h5.tmp", ".other.h5.\(number).tmp", "model.h5.\(number).tmp", ".model.h5.1.tmp",
                ]
                for name in foreign { try write([1], to: directory + "/" + name) }
                try write([1], to: directory + "/.model.h5.\(number).tmp")
                symlink(directory + "/.other.h5.\(number).tmp", directory + "/.model.h5.aaaaaaaaaaaaaaaa.tmp")
                let path = directory + "/model.h5"
                let living = try FileWriter(path)
                try living.append([1])
                try AtomicFile.write([2], to: path)
                let names = Set(try Directory.list(directory))
                #expect(names.isSuperset(of: foreign + ["model.h5", ".model.h5.aaaaaaaaaaaaaaaa.tmp"]))
                #expect(!names.contains(".model.h5.\(number).tmp"))
                try living.close()
                #expect(try bytes(of: path) == [1])
            }
        }

        @Test func devicesAreNotReplaced() {
            #expect(message { try AtomicFile.write("x", to: "/dev/null") }.contains("it is no regular file"))
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
                        let file = try HDF5File.create(path)
                        try file.root.write([Double](repeating: 1, count: 100_000), to: "x")
                        try file.close()
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
