import Files
import Foundation
import TestSupport
import Testing

/// The parent of all suites here: they run the program on both cores, hence one after the other.
@Suite(.serialized, .needs(.noLauncher)) struct EndToEndTests {}

/// A training whose every epoch takes a few hundredths of a second and that passes through every phase.
struct SmallRun {
    /// Where everything is: the working directory.
    let directory: String
    var overrides: [String]

    static let schedule = [
        "model.batch_norm.momentum=0.5", "model.layers=[16,12,12,12]", "model.latent=[3,3,3,3]",
        "training.batch_size=48", "training.epochs.initial=4", "training.epochs.subtree=3",
        "training.epochs.intermediate=2", "training.epochs.finetune=3", "growth.max_leaves=4",
        "growth.max_depth=3", "growth.start=random", "growth.first_leaves=2", "growth.prune_when=before",
        "growth.intermediate_every=1", "growth.minimum_samples=20", "optimizer.learning_rate=0.01",
        "schedule.kl_start=0.01", "schedule.kl_increment=0.1", "schedule.kl_increment_finetune=0.5",
        "checkpoint.keep=3", "checkpoint.every_epochs=1",
    ]

    /// The phase of each epoch.
    static let phases =
        Array(repeating: "initial", count: 4) + Array(repeating: "subtree", count: 3)
        + Array(repeating: "intermediate", count: 2) + Array(repeating: "subtree", count: 3)
        + Array(repeating: "finetune", count: 3)

    init(_ directory: String, _ overrides: [String] = []) {
        self.directory = directory
        self.overrides = Self.schedule + overrides
    }

    func arguments(_ out: String, resumes: Bool = false, data: String = "data") -> [String] {
        ["train", "--data", data, "--out", out] + (resumes ? ["--resume"] : overrides)
    }

    /// Runs to the end. A page of the model, which takes a third of the time, is made on request.
    func run(
        _ out: String, ranks: Int? = nil, resumes: Bool = false, reports: Bool = false
    ) throws -> Execution.Outcome {
        let page = reports ? [] : ["--no-report"]
        return try Program.run(arguments(out, resumes: resumes) + page, ranks: ranks, in: directory)
    }

    /// Starts a run that makes no page.
    func start(_ out: String, ranks: Int? = nil, resumes: Bool = false) throws -> Execution {
        try Execution(
            arguments(out, resumes: resumes) + ["--no-report"], ranks: ranks, in: directory)
    }

    /// The lines of a run's log that are whole.
    func log(_ out: String) -> [[String: Any]] {
        let text = String(
            decoding: FileManager.default.contents(atPath: "\(directory)/\(out)/metrics.jsonl") ?? Data(),
            as: UTF8.self)
        return text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    func losses(_ out: String) -> [Double] { log(out).compactMap { $0["loss"] as? Double } }

    /// What a finished run consists of, and what it may have besides: its page, and where its data lay. Anything else was
    /// left behind by accident.
    func expectTidy(_ out: String) throws {
        let besides: Set = ["data.txt", "report.html"]
        #expect(
            try Directory.list("\(directory)/\(out)").filter { !besides.contains($0) }.sorted() == [
                "checkpoints", "config.yml", "metrics.jsonl", "model.h5",
            ])
        let checkpoints = try Directory.list("\(directory)/\(out)/checkpoints")
        #expect(
            checkpoints.count <= 3
                && checkpoints.allSatisfy { $0.hasPrefix("checkpoint-") && $0.hasSuffix(".h5") })
    }
}

/// Runs `body` in a directory that holds the shards of a tiny data set in `data`.
func withSmallRun(
    _ overrides: [String] = [], samples: Int = 300, _ body: (SmallRun) throws -> Void
) throws {
    try withTemporaryDirectory { directory in
        try Pictures.write(to: directory + "/data", train: samples)
        try body(SmallRun(directory, overrides))
    }
}
