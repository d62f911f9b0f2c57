/// Finds the checkpoint that a run goes on from.
public enum Resume {
    /// The newest checkpoint that can be read whole and holds finite numbers, and why newer ones were passed over.
    public static func newest(in directory: RunDirectory) throws -> (
        checkpoint: CheckpointReader, skipped: [String]
    ) {
        var skipped: [String] = []
        for path in directory.checkpointsNewestFirst() {
            do {
                let checkpoint = try CheckpointReader(path)
                try checkpoint.verifyFinite()
                return (checkpoint, skipped)
            } catch {
                skipped.append("skipped \(path): \(error)")
            }
        }
        throw TrainingError(
            (["\(directory.path): there is no checkpoint to resume from; start the run without --resume"]
                + skipped)
                .joined(separator: "\n"))
    }
}
