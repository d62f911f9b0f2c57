import Store

/// Where a run writes: `metrics.jsonl`, `config.yml`, `checkpoints/`, `model.h5`.
public struct RunDirectory: Sendable {
    /// The directory.
    public let path: String

    /// The directory of a run.
    public init(_ path: String) {
        self.path = path
    }

    /// One line an epoch.
    public var metrics: String { Directory.join(path, "metrics.jsonl") }
    /// The same for TensorBoard, on request.
    public var events: String { Directory.join(path, "events.out.tfevents.treevae-dist") }
    /// The resolved configuration.
    public var configuration: String { Directory.join(path, "config.yml") }
    /// The page that shows the run, where one was asked for.
    public var report: String { Directory.join(path, "report.html") }
    /// The finished model.
    public var model: String { Directory.join(path, "model.h5") }
    /// Where checkpoints are.
    public var checkpoints: String { Directory.join(path, "checkpoints") }

    private static let prefix = "checkpoint-"
    private static let suffix = ".h5"

    /// Makes the directories, and removes what a killed run was in the middle of writing.
    package func create() throws {
        try Directory.create(path)
        try Directory.create(checkpoints)
        let files = Set(
            [metrics, events, configuration, report, model].map { Directory.lastComponent(of: $0) })
        TemporaryEntry.removeAbandoned(in: path, where: files.contains)
        TemporaryEntry.removeAbandoned(in: checkpoints, where: Self.isCheckpoint)
    }

    /// Whether a run has been here.
    public var hasRun: Bool { !checkpointNames.isEmpty || Directory.hasFile(model) }

    /// The checkpoint after `epochs` epochs of all phases.
    package func checkpoint(epochs: Int) -> String {
        let digits = String(epochs)
        let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        return Directory.join(checkpoints, Self.prefix + padded + Self.suffix)
    }

    /// Checkpoints, newest first.
    func checkpointsNewestFirst() -> [String] {
        checkpointNames.sorted(by: >).map { Directory.join(checkpoints, $0) }
    }

    /// Removes all but the newest `keep` checkpoints.
    package func prune(keep: Int) {
        for path in checkpointsNewestFirst().dropFirst(keep) { Directory.remove(path) }
    }

    private var checkpointNames: [String] {
        ((try? Directory.list(checkpoints)) ?? []).filter(Self.isCheckpoint)
    }

    private static func isCheckpoint(_ name: String) -> Bool {
        name.hasPrefix(prefix) && name.hasSuffix(suffix)
    }
}
