import Checkpoints
import Collectives
import Configuration
import Datasets
import Store

extension Trainer {
    /// What would be written now.
    package var writer: CheckpointWriter<R> {
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
