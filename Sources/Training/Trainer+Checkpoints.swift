import Collectives
import Configuration
import Datasets
import Store

extension Trainer {
    /// What would be written now.
    var writer: CheckpointWriter<R> {
        CheckpointWriter(
            header: CheckpointHeader(
                configuration: configuration, tree: model.tree, inputShape: trainingData.shape,
                datasetName: trainingData.name, classNames: trainingData.namesOfClasses,
                state: state, history: history, growth: growth, clustering: clustering),
            model: model, subtree: subtree)
    }

    /// Rank 0 writes a checkpoint; the last few stay. Collective.
    func saveCheckpoint() throws {
        try Adam.collectMoments(of: subtree?.arena ?? model.arena, communicator)
        guard communicator.rank == 0, let reporter else { return }
        let path = directory.checkpoint(epochs: state.epochsInAll)
        try reporter.timed("checkpoint \(path)") { try writer.write(to: path) }
        directory.prune(keep: configuration.checkpoint.keep)
    }
}

extension Dataset {
    /// One name a class: its number where it has none.
    public var namesOfClasses: [String] {
        labels == nil ? [] : (0..<classCount).map { $0 < classNames.count ? classNames[$0] : String($0) }
    }
}

/// Finds the checkpoint that a run goes on from.
public enum Resume {
    /// The newest checkpoint that can be read whole, and why newer ones were passed over.
    public static func newest(in directory: RunDirectory) throws -> (
        checkpoint: CheckpointReader, skipped: [String]
    ) {
        var skipped: [String] = []
        for path in directory.checkpointsNewestFirst() {
            do {
                try HDF5File.verify(path)
                return (try CheckpointReader(path), skipped)
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
