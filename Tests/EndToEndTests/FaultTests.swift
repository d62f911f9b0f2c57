import Files
import Foundation
import Store
import TestSupport
import Testing

extension EndToEndTests {
    /// One operation on a file goes wrong: a command either makes the same file as without, or says that it failed and
    /// leaves nothing; a training comes to the same model when it is resumed.
    ///
    /// A few operations of each command stand for all, unless `TREEVAE_FAULTS=all` asks for every one.
    @Suite(.enabled(if: FaultShim.path != nil, "needs clang or gcc")) struct FaultTests {
        @Test(arguments: FaultyCommand.all) func areNoticedOrHarmless(_ command: FaultyCommand) throws {
            try withFaultyModels { directory in
                let reference = directory + "/reference"
                try Directory.create(reference + "/files")
                let expected = try command.run(.eio, number: 0, in: reference)
                #expect(expected.outcome.status == 0, "\(expected.outcome.errors)")
                let operations = try #require(Int(contents(of: reference + "/count").dropLast()))
                let isWhole = ProcessInfo.processInfo.environment["TREEVAE_FAULTS"] == "all"
                // A few from the first to the last, other ones for each kind.
                let trials = 2
                let kinds = FaultShim.Kind.single
                let some = (0..<trials * kinds.count).map {
                    1 + $0 * (operations - 1) / (trials * kinds.count - 1)
                }
                var ended = 0
                for (shift, kind) in kinds.enumerated() {
                    let few = stride(from: shift, to: some.count, by: kinds.count).map { some[$0] }
                    for number in isWhole ? Array(1...operations) : few {
                        let place = "\(directory)/\(kind)-\(number)"
                        try Directory.create(place + "/files")
                        let found = try command.run(kind, number: number, in: place)
                        let words: Comment = "\(kind) \(number): \(found.outcome.errors)"
                        // A signal is no way to say it.
                        #expect(found.outcome.status < 128, words)
                        if found.outcome.status == 0 {
                            #expect(found.result == expected.result, words)
                        } else {
                            ended += 1
                            #expect(found.outcome.messages.count == 1, words)
                            #expect(found.result == nil || found.result == expected.result, words)
                        }
                        if command.isTraining, found.outcome.status != 0 {
                            #expect(try command.resume(in: place).result == expected.result, words)
                        }
                        #expect(try abandoned(in: place).isEmpty, words)
                        Directory.remove(place)
                    }
                }
                #expect(ended > 0)
            }
        }

        /// A file that is longer than HDF5 says is not what was handed over, though it reads as if it were.
        @Test func aLengthThatStaysIsNoticed() throws {
            let command = try #require(FaultyCommand.all.first { $0.testDescription == "prepare" })
            try withFaultyModels { directory in
                let place = directory + "/length"
                try Directory.create(place + "/files")
                let found = try command.run(.length, number: 0, in: place)
                #expect(found.outcome.status == 1 && found.result == nil, "\(found.outcome.errors)")
                #expect(found.outcome.messages.count == 1)
                #expect(try abandoned(in: place).isEmpty)
            }
        }

        private func contents(of path: String) throws -> String {
            String(decoding: try bytes(of: path), as: UTF8.self)
        }

        /// Hidden files below the directory of results.
        private func abandoned(in place: String) throws -> [String] {
            let files = FileManager.default.enumerator(atPath: place + "/files")
            return (files?.allObjects as? [String] ?? []).filter { $0.contains("/.") || $0.hasPrefix(".") }
        }
    }
}

/// A command that writes files, run where one of its operations goes wrong.
struct FaultyCommand: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Its command line; it writes below `files`.
    let arguments: [String]
    /// The file or directory that it makes.
    let output: String
    var isTraining: Bool { testDescription == "train" }

    static let training = [
        "model.family=mlp", "model.layers=[16,12,12]", "model.latent=[3,3,3]", "training.batch_size=24",
        "training.epochs.initial=1", "training.epochs.subtree=1", "training.epochs.intermediate=0",
        "training.epochs.finetune=1", "growth.max_leaves=3", "growth.max_depth=2", "growth.minimum_samples=2",
    ]

    static let all: [FaultyCommand] =
        [
            FaultyCommand(
                testDescription: "train",
                arguments: ["train", "--data", "../data", "--out", "files/run"] + training,
                output: "files/run/model.h5"),
            FaultyCommand(
                testDescription: "prepare",
                arguments: [
                    "prepare", "csv", "--from", "../samples.csv", "--label", "kind", "--shards", "2", "--out",
                    "files/data",
                ],
                output: "files/data"),
            FaultyCommand(
                testDescription: "import",
                arguments: [
                    "import", "--from", "../reference.safetensors", "--parents", "0,0", "--config",
                    "../wide/config.yml", "--out", "files/model.h5",
                ], output: "files/model.h5"),
            FaultyCommand(
                testDescription: "export",
                arguments: [
                    "export", "--checkpoint", "../wide/model.h5", "--format", "safetensors", "--out",
                    "files/weights.safetensors",
                ], output: "files/weights.safetensors"),
            FaultyCommand(
                testDescription: "sample",
                arguments: ["sample", "--checkpoint", "../wide/model.h5", "--out", "files/draws.h5"],
                output: "files/draws.h5"),
        ]
        + ["h5", "h5ad", "csv"].map { kind in
            FaultyCommand(
                testDescription: "assign to \(kind)",
                arguments: [
                    "assign", "--checkpoint", "../wide/model.h5", "--data", "../data", "--out",
                    "files/leaves.\(kind)",
                ], output: "files/leaves.\(kind)")
        }

    /// What a command made: the tensors of a model, the bytes of other files; nil where there is nothing.
    enum Result: Equatable {
        case tensors([String: [UInt64]])
        case files([String: [UInt8]])
    }

    func run(
        _ kind: FaultShim.Kind, number: Int, in place: String
    ) throws -> (outcome: Execution.Outcome, result: Result?) {
        let environment = FaultShim.environment(
            kind, number: number, below: place + "/files", log: place + "/count")
        return (
            try Program.run(arguments, in: place, environment: environment), try result(in: place)
        )
    }

    /// Goes on without faults, or starts anew where there is nothing to go on from.
    func resume(in place: String) throws -> (outcome: Execution.Outcome, result: Result?) {
        let names = (try? Directory.list(place + "/files/run/checkpoints")) ?? []
        let hasCheckpoint = names.contains { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }
        let arguments = hasCheckpoint ? Array(arguments[..<5]) + ["--resume"] : arguments
        return (try Program.run(arguments, in: place), try result(in: place))
    }

    private func result(in place: String) throws -> Result? {
        let path = place + "/" + output
        if isTraining {
            guard Directory.hasFile(path) else { return nil }
            return .tensors(try storedTensors(path).mapValues { $0.map(\.bitPattern) })
        }
        if Directory.hasFile(path) { return .files([output: try bytes(of: path)]) }
        guard Directory.exists(path) else { return nil }
        var files: [String: [UInt8]] = [:]
        for name in try Directory.list(path) { files[name] = try bytes(of: path + "/" + name) }
        return .files(files)
    }
}

/// A table, its shards, a model and that model's weights, made once for all commands.
private enum FaultyModels {
    /// Where they lie, until the process ends.
    static let path = FileManager.default.temporaryDirectory.path + "/treevae-faulty-\(getpid())"

    static let making = Result {
        try Directory.create(path)
        atexit { Directory.remove(FaultyModels.path) }
        var table = "a,b,c,d,kind\n"
        for row in 0..<48 {
            table += (0..<4).map { "\(Double((row * 7 + $0 * 13) % 48) / 48)," }.joined() + "\(row % 2)\n"
        }
        try write(table.utf8, to: path + "/samples.csv")
        let wide = [
            "model.layers=[128,128,128]", "growth.max_leaves=2", "growth.max_depth=1",
            // The weights are those of a tree that has both.
            "growth.prune=false",
        ]
        for command in [
            ["prepare", "csv", "--from", "samples.csv", "--label", "kind", "--shards", "1", "--out", "data"],
            ["train", "--data", "data", "--out", "wide"] + FaultyCommand.training + wide,
            [
                "export", "--checkpoint", "wide/model.h5", "--format", "safetensors", "--out",
                "reference.safetensors",
            ],
        ] {
            let outcome = try Program.run(command, in: path)
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
    }
}

/// Runs `body` in a directory of its own that holds them.
private func withFaultyModels(_ body: (String) throws -> Void) throws {
    try FaultyModels.making.get()
    try withTemporaryDirectory { directory in
        let directory = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
        for name in try Directory.list(FaultyModels.path) {
            try FileManager.default.copyItem(
                atPath: "\(FaultyModels.path)/\(name)", toPath: "\(directory)/\(name)")
        }
        try body(directory)
    }
}
