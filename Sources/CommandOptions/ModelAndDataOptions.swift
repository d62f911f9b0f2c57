import ArgumentParser
import Checkpoints
import Datasets

/// A checkpoint and the samples that its model is run on.
package struct ModelAndDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint, the model.h5 of a finished run, or a run's directory.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    package var checkpoint: String

    @OptionGroup package var samples: DataOptions

    package init() {}

    /// Opens the checkpoint and reads the samples; see ``DataOptions/read(_:readsIDs:warns:)``.
    package func read(readsIDs: Bool = true, warns: Bool) throws -> (CheckpointReader, Dataset) {
        try samples.read(checkpoint, readsIDs: readsIDs, warns: warns)
    }
}
