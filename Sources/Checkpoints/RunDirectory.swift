import Files

/// Where a run writes: `metrics.jsonl`, `config.yml`, `data.txt`, `checkpoints/`, `model.h5`, `report.html`, and
/// `run.lock` while it does.
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
    /// Where the data lie that it trains on, for whoever looks at its model later.
    var dataNote: String { Directory.join(path, "data.txt") }
    /// The finished model.
    public var model: String { Directory.join(path, "model.h5") }
    /// Which process is writing here; gone when none is.
    var lock: String { Directory.join(path, "run.lock") }
    /// Where checkpoints are.
    public var checkpoints: String { Directory.join(path, "checkpoints") }

    private static let prefix = "checkpoint-"
    private static let suffix = ".h5"

    /// Makes the directories, and takes them for this process; then removes what a killed run was in the middle of
    /// writing.
    ///
    /// - Throws: as ``RunLock`` does where another run has them.
    package func take() throws -> RunLock {
        try Directory.create(path)
        try Directory.create(checkpoints)
        let lock = try RunLock(self)
        removeAbandoned()
        return lock
    }

    /// Removes a run that was here: its checkpoints, its model and its logs.
    package func removeRun() {
        for path in checkpointsNewestFirst() + [model, metrics, events, configuration, report, dataNote] {
            Directory.remove(path)
        }
    }

    private func removeAbandoned() {
        let files = Set(
            [metrics, events, configuration, report, model, dataNote].map { Directory.lastComponent(of: $0) })
        TemporaryEntry.removeAbandoned(in: path, where: files.contains)
        TemporaryEntry.removeAbandoned(in: checkpoints, where: Self.isCheckpoint)
    }

    /// Whether a run has been here.
    public var hasRun: Bool { !checkpointNames.isEmpty || Directory.hasFile(model) }

    /// Whether a run has been here, or is about to: it has the lock before it has anything else.
    public var isTaken: Bool { hasRun || Directory.hasFile(lock) }

    /// The checkpoint after `epochs` epochs of all phases and `steps` steps of the next:
    /// `checkpoint-EEEEEE.h5` or `checkpoint-EEEEEE-SSSSSS.h5`.
    package func checkpoint(epochs: Int, steps: Int = 0) -> String {
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        }
        let place = padded(epochs) + (steps > 0 ? "-" + padded(steps) : "")
        return Directory.join(checkpoints, Self.prefix + place + Self.suffix)
    }

    /// Checkpoints, newest first.
    func checkpointsNewestFirst() -> [String] {
        // Epochs before steps: an epoch's end comes before what follows of the next.
        checkpointNames.map { (name: $0, stem: $0.dropLast(Self.suffix.count)) }
            .sorted { $0.stem > $1.stem }.map { Directory.join(checkpoints, $0.name) }
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
