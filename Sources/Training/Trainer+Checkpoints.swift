import Checkpoints
import Collectives
import Configuration
import Datasets
import Inference
import Store

extension Trainer {
    /// What would be written now.
    package var writer: CheckpointWriter<R> {
        CheckpointWriter(
            header: CheckpointHeader(
                configuration: configuration, tree: model.tree, inputShape: trainingData.shape,
                datasetName: trainingData.name, inputs: ModelInputs(trainingData), dataDigests: dataDigests,
                classNames: trainingData.namesOfClasses,
                state: state, history: history, growth: growth, clustering: clustering),
            arena: model.arena, subtree: subtree)
    }

    /// Checkpoints within epochs.
    var stepCheckpoints: PhaseEpoch<R>.Checkpoints {
        PhaseEpoch<R>.Checkpoints(
            everyMinutes: configuration.checkpoint.everyMinutes, since: { [self] in lastCheckpoint },
            communicator
        ) { [self] in
            state = $0
            try saveCheckpoint()
        }
    }

    /// Rank 0 writes a checkpoint; the last few stay. Collective.
    func saveCheckpoint() throws {
        try Adam.collectMoments(of: subtree?.arena ?? model.arena, communicator)
        lastCheckpoint = .now
        guard communicator.rank == 0, let reporter else { return }
        try directory.saveCheckpoint(of: state, lock, keep: configuration.checkpoint.keep, reporter) {
            try writer.write(to: $0)
        }
    }
}
