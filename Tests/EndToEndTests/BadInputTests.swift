import Datasets
import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// Whatever is wrong: one message that says what and where, a status that is not 0, nothing half written.
    @Suite struct BadInputTests {
        /// Expects a run that fails before it writes anything.
        private func expectFailure(
            _ arguments: [String], in directory: String, ranks: Int? = nil, says words: [String],
            out: String = "run"
        ) throws {
            let outcome = try Program.run(arguments, ranks: ranks, in: directory)
            #expect(outcome.status != 0 && outcome.output.isEmpty, "\(arguments)")
            #expect(outcome.messages.count == 1, "\(outcome.errors)")
            for word in words { #expect(outcome.errors.contains(word), "\(word) in \(outcome.errors)") }
            #expect(!Directory.exists("\(directory)/\(out)"), "\(arguments)")
        }

        @Test(arguments: [
            (
                "training.epoch.initial=3",
                ["unknown key 'training.epoch.initial'", "'training.epochs.initial'"]
            ),
            ("growht.max_leaves=3", ["'growth.max_leaves'"]),
            ("batch_size=3", ["'training.batch_size'"]),
            ("training.batch_size=many", ["training.batch_size", "many"]),
            ("training.batch_size=1.5", ["training.batch_size", "1.5"]),
            ("training.drop_last=perhaps", ["training.drop_last"]),
            ("model.latent=8", ["model.latent"]),
            ("model.latent=[3,3,3]", ["model.latent", "one entry per level", "4"]),
            ("model.layers=[16,12,12]", ["model.latent", "3"]),
            ("model.layers=[20,12,12,12]", ["model.layers", "[20, 12, 12, 12]", "multiple of 16"]),
            ("model.family=cnn2", ["model.layers", "[16, 12, 12, 12]", "multiple of 128"]),
            ("model.family=resnet", ["model.family", "resnet", "cnn1", "cnn_omni", "mlp", "cnn2"]),
            ("model.likelihood=negative-binomial", ["model.likelihood", "negative-binomial", "mlp"]),
            ("growth.max_leaves=100", ["growth.max_leaves"]),
            ("precision=half", ["precision", "half"]),
            ("optimizer.learning_rate=-1", ["optimizer.learning_rate"]),
            ("optimizer.learning_rate=.nan", ["optimizer.learning_rate"]),
        ])
        func configurations(_ override: String, _ words: [String]) throws {
            try withSmallRun { run in
                try expectFailure(run.arguments("run") + [override], in: run.directory, says: words)
            }
        }

        @Test func configurationFiles() throws {
            try withSmallRun { run in
                func file(_ text: String) throws -> [String] {
                    try write(text.utf8, to: run.directory + "/run.yml")
                    return ["train", "--config", "run.yml", "--data", "data", "--out", "run"]
                }
                try expectFailure(
                    file("training:\n  batchsize: 3\n"), in: run.directory,
                    says: ["run.yml", "training.batchsize", "training.batch_size", "2"])
                try expectFailure(file("training: [1, 2"), in: run.directory, says: ["run.yml"])
                try expectFailure(file("seed: x\n"), in: run.directory, says: ["run.yml", "seed"])
                try expectFailure(
                    ["train", "--config", "none.yml", "--data", "data", "--out", "run"], in: run.directory,
                    says: ["none.yml", "no such file"])
            }
        }

        @Test func missingAndEmptyData() throws {
            try withSmallRun { run in
                try Directory.create(run.directory + "/empty")
                try expectFailure(
                    run.arguments("run", data: "nowhere"), in: run.directory, says: ["nowhere", "prepare"])
                try expectFailure(
                    run.arguments("run", data: "empty"), in: run.directory, says: ["empty", "prepare"])
                removeFile(run.directory + "/data/train-00001-of-00002.h5")
                try expectFailure(
                    run.arguments("run"), in: run.directory, says: ["train-00001-of-00002.h5", "missing"])
            }
        }

        /// A chunk of samples that stay in their files: the digest of the data finds it, before there is a run.
        @Test(.needs(.mpirun))
        func damageIsFoundInSamplesThatStayInTheirFiles() throws {
            try withSmallRun(["data.memory_budget=0"], samples: 3000) { run in
                let path = run.directory + "/data/train-00001-of-00002.h5"
                var contents = try bytes(of: path)
                contents[contents.count / 2] ^= 1
                try write(contents, to: path)
                // Settings from a file: choosing them would read samples before the run is on.
                try write("seed: 1".utf8, to: run.directory + "/run.yml")
                let outcome = try Program.run(
                    run.arguments("run") + ["--config", "run.yml"], ranks: 2, in: run.directory)
                #expect(outcome.status != 0 && outcome.output.isEmpty)
                #expect(outcome.messages.count == 1, "\(outcome.errors)")
                for word in [
                    "cannot read /x in data/train-00001-of-00002.h5", "rank ", "the file is damaged",
                ] {
                    #expect(outcome.errors.contains(word), "\(outcome.errors)")
                }
                #expect(!Directory.exists(run.directory + "/run"))
            }
        }

        @Test func damagedShards() throws {
            try withSmallRun { run in
                let path = run.directory + "/data/train-00001-of-00002.h5"
                let contents = try bytes(of: path)
                try write(contents.dropLast(500), to: path)
                try expectFailure(
                    run.arguments("run"), in: run.directory, says: ["train-00001-of-00002.h5", "truncated"])
                // In the middle of the samples, which are most of the file.
                var damaged = contents
                damaged[contents.count / 2] ^= 16
                try write(damaged, to: path)
                try expectFailure(
                    run.arguments("run"), in: run.directory, says: ["train-00001-of-00002.h5", "checksum"])
                try write(Array("no HDF5 at all".utf8), to: path)
                try expectFailure(
                    run.arguments("run"), in: run.directory, says: ["train-00001-of-00002.h5", "HDF5"])
                try write([], to: path)
                try expectFailure(run.arguments("run"), in: run.directory, says: ["train-00001-of-00002.h5"])
            }
        }

        @Test(arguments: [Float.nan, .infinity, 1.5, -0.01])
        func valuesOutsideTheUnitInterval(value: Float) throws {
            try withTemporaryDirectory { directory in
                var values = [Float](repeating: 0.5, count: 100 * 784)
                values[57 * 784 + 3] = value
                // As another program might: our own refuses to write what is no number.
                try Directory.create(directory + "/data")
                let file = try HDF5File.create(directory + "/data/train-00000-of-00001.h5")
                let root = try file.root
                try root.setAttribute("format", to: "treevae-dist shard")
                try root.setAttribute("format_version", to: 1)
                try root.setAttribute("count", to: 100)
                try root.setAttribute("shape", to: [1, 28, 28])
                try root.write(values, to: "x", shape: [100, 1, 28, 28])
                try file.close()
                try expectFailure(
                    SmallRun(directory, ["model.likelihood=bernoulli"]).arguments("run"), in: directory,
                    says: [
                        "train-00000-of-00001.h5", "row 57", "column 3",
                        "model.likelihood bernoulli takes values in [0, 1]",
                    ])
            }
        }

        @Test func dataOfAnotherShape() throws {
            try withTemporaryDirectory { directory in
                func make(_ shape: [Int]) -> Dataset {
                    Dataset(
                        bytes: [UInt8](repeating: 9, count: 100 * shape.reduce(1, *)), shape: shape,
                        name: "others",
                        source: "made by a test")
                }
                try ShardWriter.write(
                    train: make([1, 20, 20]), test: make([1, 20, 20]), to: directory + "/data", shards: 1)
                let convolutional = SmallRun(directory, ["model.family=cnn1"])
                try expectFailure(
                    convolutional.arguments("run"), in: directory, says: ["28x28", "[1, 20, 20]"])
                try ShardWriter.write(
                    train: make([784]), test: make([784]), to: directory + "/flat", shards: 1)
                try expectFailure(
                    convolutional.arguments("run", data: "flat"), in: directory, says: ["[784]"])
                // Splits that disagree.
                try ShardWriter.write(
                    train: make([1, 28, 28]), test: make([1, 28, 28]), to: directory + "/mixed", shards: 1)
                removeFile(directory + "/mixed/test-00000-of-00001.h5")
                try copyFile(
                    directory + "/data/test-00000-of-00001.h5",
                    to: directory + "/mixed/test-00000-of-00001.h5")
                try expectFailure(
                    SmallRun(directory).arguments("run", data: "mixed"), in: directory,
                    says: ["[1, 20, 20]", "[1, 28, 28]", "test split"])
            }
        }

        @Test func checkpointsThatCannotBeUsed() throws {
            try withSmallRun(["growth.max_leaves=2", "checkpoint.keep=2"]) { run in
                let none = try run.run("run", resumes: true)
                #expect(
                    none.status == 1 && none.errors.contains("no checkpoint to resume from")
                        && none.output.isEmpty)
                #expect(!Directory.exists(run.directory + "/run"))

                #expect(try run.run("run").status == 0)
                removeFile(run.directory + "/run/model.h5")
                let checkpoints = try Directory.list(run.directory + "/run/checkpoints").sorted()
                #expect(checkpoints.count == 2)
                let newest = run.directory + "/run/checkpoints/" + checkpoints[1]
                let contents = try bytes(of: newest)

                // The one before stands in for a damaged newest one, and the run says so.
                var damaged = contents
                damaged[contents.count / 2] ^= 1
                try write(damaged, to: newest)
                let resumed = try run.run("run", resumes: true)
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.errors.contains("skipped run/checkpoints/\(checkpoints[1])"))
                #expect(resumed.errors.contains("resuming from run/checkpoints/\(checkpoints[0])"))

                // No valid one is left.
                for name in checkpoints {
                    try write(
                        contents.prefix(contents.count - 99), to: run.directory + "/run/checkpoints/" + name)
                }
                removeFile(run.directory + "/run/model.h5")
                let lost = try run.run("run", resumes: true)
                #expect(lost.status == 1 && lost.messages.count == 1 && lost.errors.contains("truncated"))
                for name in checkpoints { #expect(lost.errors.contains(name)) }
                #expect(!FileManager.default.fileExists(atPath: run.directory + "/run/model.h5"))

                // Of an unknown version.
                let file = try HDF5File.create(newest)
                try file.root.setAttribute("format", to: "treevae-dist checkpoint")
                try file.root.setAttribute("format_version", to: 77)
                try file.close()
                removeFile(run.directory + "/run/checkpoints/" + checkpoints[0])
                let unknown = try run.run("run", resumes: true)
                #expect(unknown.status == 1 && unknown.errors.contains("version is 77"))
            }
        }

        @Test func resultsThatCannotBeWritten() throws {
            try withTemporaryDirectory { directory in
                func run(_ command: String, _ redirection: String) throws -> String {
                    let errors = directory + "/errors"
                    #expect(
                        system("'\(Program.path)' \(command) \(redirection) 2> '\(errors)'") != 0,
                        "\(command)")
                    return String(decoding: try bytes(of: errors), as: UTF8.self)
                }
                for command in ["manual", "--help", "--version"] {
                    let full = try run(command, "> /dev/full")
                    #expect(full.hasPrefix("Error: cannot write to standard output: "))
                    let closed = try run(command, ">&-")
                    #expect(closed.hasPrefix("Error: cannot write to standard output: "))
                }
            }
        }

        @Test func checkpointsOfOtherData() throws {
            try withSmallRun(["growth.max_leaves=2"]) { run in
                #expect(try run.run("run").status == 0)
                let model = try bytes(of: run.directory + "/run/model.h5")
                func check(_ data: String, _ words: String) throws {
                    let outcome = try Program.run(
                        run.arguments("run", resumes: true, data: data), in: run.directory)
                    #expect(
                        outcome.status == 1 && outcome.messages.count == 1 && outcome.errors.contains(words),
                        "\(outcome.errors)")
                }
                try Pictures.write(to: run.directory + "/others", name: "others")
                try check("others", "not on others")
                let colour = Dataset(
                    bytes: [UInt8](repeating: 1, count: 100 * 3 * 784), shape: [3, 28, 28], name: "pictures",
                    source: "")
                try ShardWriter.write(train: colour, test: colour, to: run.directory + "/colour", shards: 1)
                try check("colour", "[3, 28, 28]")
                // Without --data the embedded data would take over.
                let outcome = try Program.run(["train", "--out", "run", "--resume"], in: run.directory)
                #expect(outcome.status == 1 && outcome.errors.contains("not on strokes"))
                #expect(try bytes(of: run.directory + "/run/model.h5") == model)
            }
        }

        @Test func unwritableOutput() throws {
            try withSmallRun { run in
                try write([], to: run.directory + "/file")
                try expectFailure(
                    run.arguments("file/run"), in: run.directory, says: ["file/run"], out: "file/run")
                try expectFailure(
                    run.arguments("/proc/run"), in: run.directory, says: ["/proc/run"], out: "/proc/run")
            }
        }

        @Test(.needs(.anotherUserThanRoot)) func outputWithoutPermission() throws {
            try withSmallRun { run in
                try Directory.create(run.directory + "/locked")
                chmod(run.directory + "/locked", 0o555)
                defer { chmod(run.directory + "/locked", 0o755) }
                try expectFailure(
                    run.arguments("locked/run"), in: run.directory,
                    says: ["locked/run", "Permission denied"], out: "locked/run")
            }
        }

        @Test(.needs(.mpirun)) func manyRanksGiveOneMessage() throws {
            let ranks = 3
            try withSmallRun { run in
                try expectFailure(
                    run.arguments("run", data: "nowhere"), in: run.directory, ranks: ranks, says: ["nowhere"])
                try expectFailure(
                    run.arguments("run") + ["training.batch_size=1"], in: run.directory, ranks: ranks,
                    says: ["training.batch_size", "number of ranks, \(ranks)"])
                try expectFailure(
                    run.arguments("run") + ["model.latent=[3]"], in: run.directory, ranks: ranks,
                    says: ["model.latent"])
                try expectFailure(
                    run.arguments("/proc/run"), in: run.directory, ranks: ranks, says: ["/proc/run"],
                    out: "/proc/run")
            }
        }
    }

    /// A disk that fills up in the middle of a run.
    @Suite(.needs(.mounts)) struct FullDiskTests {
        @Test(.needs(.mpirun), arguments: [nil, 2] as [Int?])
        func aRunEndsAndGoesOnWithMoreRoom(ranks: Int?) throws {
            try withSmallRun { run in
                #expect(try run.run("whole", ranks: ranks).status == 0)
                // Three checkpoints stay and a fourth is written beside them: room for two is too little.
                let model = try bytes(of: run.directory + "/whole/model.h5").count
                try FullDisk.with(run.directory + "/disk", kilobytes: 2 * model / 1000) { disk in
                    let outcome = try run.run("disk/run", ranks: ranks)
                    #expect(outcome.status != 0 && outcome.output.isEmpty)
                    #expect(
                        outcome.messages.count == 1 && outcome.errors.contains("No space left on device"),
                        "\(outcome.errors)")
                    let names = try Directory.list(disk + "/run/checkpoints")
                    #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("checkpoint-") })
                    for name in names { try HDF5File.verify(disk + "/run/checkpoints/" + name) }
                    #expect(!FileManager.default.fileExists(atPath: disk + "/run/model.h5"))

                    FullDisk.resize(disk, kilobytes: 50_000)
                    let resumed = try run.run("disk/run", ranks: ranks, resumes: true)
                    #expect(resumed.status == 0, "\(resumed.errors)")
                    #expect(
                        try differences(
                            storedTensors(disk + "/run/model.h5"),
                            storedTensors(run.directory + "/whole/model.h5")) == [])
                }
            }
        }

        /// Another process takes all the room and gives it back, again and again: whatever the run writes is right, or is
        /// not there. A few runs; 200 where `TREEVAE_FAULTS=all` asks for them.
        @Test func whatIsWrittenIsRightWhileTheDiskFillsAndEmpties() throws {
            try withSmallRun(["growth.max_leaves=2", "checkpoint.keep=100"]) { run in
                #expect(try run.run("whole").status == 0)
                func files(_ directory: String) throws -> [String] {
                    let names = try Directory.list(directory + "/checkpoints").filter { !$0.hasPrefix(".") }
                    let model = Directory.hasFile(directory + "/model.h5") ? ["model.h5"] : []
                    return names.map { "checkpoints/" + $0 } + model
                }
                let whole = run.directory + "/whole"
                var expected: [String: [String: [Double]]] = [:]
                for name in try files(whole) { expected[name] = try storedTensors(whole + "/" + name) }
                let room = try files(whole).reduce(500) { try $0 + bytes(of: whole + "/" + $1).count / 1000 }
                let isWhole = ProcessInfo.processInfo.environment["TREEVAE_FAULTS"] == "all"
                for _ in 0..<(isWhole ? 200 : 4) {
                    try FullDisk.with(run.directory + "/disk", kilobytes: room) { disk in
                        let execution = try run.start("disk/run")
                        _ = execution.wait {
                            FullDisk.fillForAMoment(disk)
                            return false
                        }
                        let outcome = try execution.wait()
                        #expect(outcome.status == 0 || outcome.messages.count == 1, "\(outcome.errors)")
                        guard Directory.exists(disk + "/run/checkpoints") else { return }
                        for name in try files(disk + "/run") {
                            #expect(
                                try differences(storedTensors("\(disk)/run/\(name)"), expected[name] ?? [:])
                                    == [],
                                "\(name) with \(outcome.errors)")
                        }
                        if try files(disk + "/run").isEmpty { return }
                        #expect(try run.run("disk/run", resumes: true).status == 0)
                        #expect(
                            try differences(
                                storedTensors(disk + "/run/model.h5"), expected["model.h5"] ?? [:])
                                == [])
                    }
                }
            }
        }
    }
}

extension Need {
    static let mounts = Need("the right to mount", .circumstance, isMet: FullDisk.isAvailable)
}

/// A file system of a few kilobytes in memory.
private enum FullDisk {
    /// Takes all the room that there is, and gives it back after some milliseconds.
    static func fillForAMoment(_ disk: String) {
        let path = disk + "/filler"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        let bytes = [UInt8](repeating: 1, count: 1 << 16)
        while descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) > 0 {}
        usleep(.random(in: 0..<20_000))
        unlink(path)
        close(descriptor)
        usleep(.random(in: 0..<300_000))
    }

    static let isAvailable: Bool = {
        guard getuid() == 0 else { return false }
        return
            (try? withTemporaryDirectory { directory in
                guard mount("tmpfs", directory, "tmpfs", 0, "size=64k") == 0 else { return false }
                umount2(directory, Int32(MNT_DETACH))
                return true
            }) ?? false
    }()

    static func with(_ path: String, kilobytes: Int, _ body: (String) throws -> Void) throws {
        try Directory.create(path)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0)
        defer { umount2(path, Int32(MNT_DETACH)) }
        try body(path)
    }

    static func resize(_ path: String, kilobytes: Int) {
        #expect(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kilobytes)k") == 0)
    }
}
