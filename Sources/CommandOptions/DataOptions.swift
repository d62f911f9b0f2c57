import ArgumentParser
import Checkpoints
import Collectives
import Datasets
import Files
import Inference

/// The samples that a model is run on.
package struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Directory of shards, made by 'treevae-dist prepare'; without it the data that the run was trained on.",
            valueName: "dir"), completion: .directory)
    package var data: String?

    @Option(help: "The split to read: \(SplitChoice.names).")
    package var split = SplitChoice.test

    package init() {}

    /// The samples of a split of a directory, or of what the run was trained on.
    package init(data: String?, split: SplitChoice) {
        self.data = data
        self.split = split
    }

    /// Opens the checkpoint and reads the samples, or leaves them in their files where they do not fit the
    /// checkpoint's `data.memory_budget`.
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint, or the directory of its run.
    ///   - readsIDs: whether ids of the samples are wanted.
    ///   - warns: whether this rank says on standard error what the user should know.
    /// - Throws: what is wrong with one of them, or that they do not fit each other.
    package func read(
        _ checkpoint: String, readsIDs: Bool = true, warns: Bool
    ) throws -> (CheckpointReader, Dataset) {
        let reader = try CheckpointReader(checkpoint)
        let dataset = try load(for: reader, readsIDs: readsIDs, warns: warns)
        try Evaluation.check(reader, reads: dataset)
        if warns { for notice in reader.notices(reading: dataset) { printToStandardError(notice) } }
        return (reader, dataset)
    }

    private func load(for reader: CheckpointReader, readsIDs: Bool, warns: Bool) throws -> Dataset {
        if let data { return try load(from: data, for: reader, readsIDs: readsIDs) }
        if let noted = RunDirectory.data(of: reader.path) {
            guard Directory.exists(noted) else {
                throw TrainingError(
                    "\(reader.path) was trained on \(noted), which is not there any more: name the data with --data"
                )
            }
            if warns { printToStandardError("data: \(noted), which the model was trained on") }
            return try load(from: noted, for: reader, readsIDs: readsIDs)
        }
        guard split.splits.count == 1 else {
            throw TrainingError("the splits of strokes that lie in no files are read one by one")
        }
        let strokes = Strokes.generate(split: split.splits[0])
        guard reader.header.datasetName == strokes.name else {
            throw TrainingError(
                "\(reader.path) was trained on \(reader.header.datasetName), and nothing beside it says where that lies: "
                    + "name the data with --data")
        }
        return strokes.limited(to: reader.header.configuration.data.limit)
    }

    private func load(from data: String, for reader: CheckpointReader, readsIDs: Bool) throws -> Dataset {
        try split.load(
            from: data, readsIDs: readsIDs, memory: reader.header.configuration.data.memoryBytes,
            expecting: reader.expectation)
    }
}
