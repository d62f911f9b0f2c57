import ArgumentParser
import Checkpoints
import Collectives
import Datasets
import Inference

/// A checkpoint and the samples that its model is run on.
struct ModelAndDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A checkpoint, or the model.h5 of a finished run.", valueName: "file"),
        completion: .file(extensions: ["h5"]))
    var checkpoint: String

    @Option(
        help: ArgumentHelp("Directory of shards, made by 'treevae-dist prepare'.", valueName: "dir"),
        completion: .directory)
    var data: String

    @Option(help: "The split to read: \(Split.allCases.map(\.rawValue).joined(separator: ", ")).")
    var split = Split.test

    /// Opens the checkpoint and reads the samples, or leaves them in their files where they do not fit the
    /// checkpoint's `data.memory_budget`.
    ///
    /// - Parameters:
    ///   - readsIDs: whether ids of the samples are wanted.
    ///   - warns: whether this rank says on standard error what the user should know.
    /// - Throws: what is wrong with one of them, or that they do not fit each other.
    func read(readsIDs: Bool = true, warns: Bool) throws -> (CheckpointReader, Dataset) {
        let reader = try CheckpointReader(checkpoint)
        // A directory that cannot be listed is reported by loading from it.
        let present = (try? Split.allCases.filter { try Dataset.hasSplit($0, in: data) }) ?? []
        if let other = present.first, !present.contains(split) {
            throw DatasetError(
                data, "there are no \(split.rawValue) shards, only \(other.rawValue) shards",
                advice: "read them with --split \(other.rawValue)")
        }
        let dataset = try Dataset.load(
            directory: data, splits: [split], readsIDs: readsIDs,
            memory: reader.header.configuration.data.memoryBytes, expecting: reader.expectation)[0]
        try Evaluation.check(reader, reads: dataset)
        if warns { for notice in reader.notices(reading: dataset) { printToStandardError(notice) } }
        return (reader, dataset)
    }
}

extension Split: ExpressibleByArgument {}
