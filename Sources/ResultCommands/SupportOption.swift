import ArgumentParser
import Checkpoints
import Collectives
import Sweeps

/// What a sweep says of the splits of a checkpoint's tree.
struct SupportOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The support.csv of a sweep that the checkpoint is of: with each split the share of the other runs that have it; 'none' for none. Without it that of the sweep whose seed-N the checkpoint lies in, where it is of this model.",
            valueName: "file"), completion: .file(extensions: ["csv"]))
    var support: String?

    /// Whether a file is named.
    var isNamed: Bool { support != nil && support != "none" }

    /// By node, the share; empty where nothing is known.
    ///
    /// - Parameters:
    ///   - path: where the checkpoint lies.
    ///   - warns: whether this process says on standard error what was found.
    /// - Throws: `TrainingError` where a named file is not of this checkpoint.
    func shares(of header: CheckpointHeader, at path: String, warns: Bool) throws -> [Int: Double] {
        switch support {
        case "none": return [:]
        case let file?: return try SupportFile(file).shares(of: header)
        case nil:
            let found = FoundSupport(of: header, at: path)
            if warns, let notice = found.notice { printToStandardError(notice) }
            return found.shares
        }
    }
}
