import ArgumentParser
import Checkpoints
import Sweeps

/// What a sweep says of the splits of a checkpoint's tree.
struct SupportOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The support.csv of a sweep that the checkpoint is of: with each split the share of the other runs that have it.",
            valueName: "file"), completion: .file(extensions: ["csv"]))
    var support: String?

    /// By node, the share; empty where no file is named.
    func shares(of header: CheckpointHeader) throws -> [Int: Double] {
        try support.map { try SupportFile($0).shares(of: header) } ?? [:]
    }
}
