import Files
import Foundation
import Store

extension RunDirectory {
    /// The checkpoint that a path means: the file itself or, of a run's directory, its finished model, else its newest
    /// checkpoint.
    ///
    /// - Throws: ``CheckpointError`` where a directory holds no run.
    public static func checkpoint(meantBy path: String) throws -> String {
        guard Directory.exists(path) else { return path }
        let run = RunDirectory(path)
        if Directory.hasFile(run.model) { return run.model }
        if let newest = run.checkpointsNewestFirst().first { return newest }
        // Its directory of checkpoints was named.
        if let newest = run.parent.checkpointsNewestFirst().first,
            Directory.lastComponent(of: path) == Directory.lastComponent(of: run.parent.checkpoints)
        {
            return newest
        }
        throw CheckpointError(
            path,
            "it is a directory without model.h5 and without checkpoints: name a file, or a run's directory")
    }

    private var parent: RunDirectory { RunDirectory(Directory.parent(of: path)) }

    /// The run that a checkpoint lies in: beside it or, of one in `checkpoints/`, above it.
    package static func run(of checkpoint: String) -> RunDirectory {
        let beside = RunDirectory(Directory.parent(of: checkpoint))
        return Directory.lastComponent(of: beside.path) == "checkpoints" ? beside.parent : beside
    }

    /// Writes down where the run's data lie, so that a report finds them.
    ///
    /// - Parameter data: path of their directory, from the root of the file system on.
    package func note(data: String) throws {
        try AtomicFile.write(data + "\n", to: dataNote)
    }

    /// Where the data of a checkpoint's run lay when it was trained; nil where nothing was written down.
    public static func data(of checkpoint: String) -> String? {
        guard let text = try? String(contentsOfFile: run(of: checkpoint).dataNote, encoding: .utf8),
            let path = text.split(separator: "\n").first
        else { return nil }
        return String(path)
    }
}
