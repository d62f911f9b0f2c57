import Checkpoints
import Files
import Foundation

/// Where a sweep writes: a run's directory for each seed, the table, the support of every split.
public struct SweepDirectory: Sendable {
    /// The directory.
    public let path: String

    /// The directory of a sweep.
    public init(_ path: String) { self.path = path }

    /// The sweep that a run is of, by the names of their directories; nil of a run that is none of a sweep's.
    init?(ofRun run: RunDirectory) {
        let path = URL(fileURLWithPath: run.path).standardizedFileURL.path
        guard Self.seed(ofRun: Directory.lastComponent(of: path)) != nil else { return nil }
        self.path = Directory.parent(of: path)
    }

    /// The run of a seed.
    public func run(seed: Int) -> RunDirectory { RunDirectory(Directory.join(path, "\(Self.prefix)\(seed)")) }
    /// The seeds whose runs are finished, ascending; those of other jobs that share the directory too.
    func finishedSeeds() throws -> [Int] {
        try Directory.list(path).compactMap { name in
            Self.seed(ofRun: name)
        }.filter { Directory.hasFile(run(seed: $0).model) }.sorted()
    }

    private static let prefix = "seed-"
    private static func seed(ofRun name: String) -> Int? {
        name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) : nil
    }

    /// A line for each run, and its summaries.
    public var table: String { Directory.join(path, "sweep.csv") }
    /// A line for each split of each run.
    public var support: String { Directory.join(path, "support.csv") }
}
