import Batches
import Checkpoints
import Collectives
import Configuration
import Foundation
import Kernels
import Layers
import RunLog
import TreeModel

extension Trainer {
    /// Epochs of a phase that trains every weight of the tree.
    func trainTree(_ phase: Phase) throws {
        let batches = EpochBatches(
            samples: trainingData.count, views: configuration.augmentation.views,
            dropsLast: configuration.training.dropLast,
            division: division(configuration.training.batchSize))
        try runEpochs(phase, of: model, samples: trainingData.allSamples, batches) {
            try evaluator.clustering(of: followedData)
        }
    }

    /// Epochs of a phase that trains two new leaves below the frozen tree, on the samples of the leaf that
    /// they replace.
    func trainSubtree() throws {
        guard let subtree else { preconditionFailure("a subtree phase has a subtree") }
        let threshold = growthRule.threshold(effectiveLeaves: state.effectiveLeaves)
        let subset = try evaluator.subset(of: trainingData, leaf: subtree.top, threshold: threshold)
        try communicator.agree("subset of a leaf") {
            guard subset.count == 0 else { return }
            throw TrainingError(
                "leaf \(subtree.top) is being split, but no sample of \(trainingData.name) belongs to it: resume with the data "
                    + "and the data.limit that the run was started with")
        }
        // The key stays that of the phase's first epoch, so that a resumed phase finds the same latents.
        var growthNoise = noise(.growth)
        growthNoise.epoch -= UInt32(state.epoch)
        var memory = memory
        let frozen = try FrozenTree(
            evaluator, leaf: subtree.top, dataset: trainingData, subset: subset,
            fixesLatents: configuration.growth.fixedSubsetLatents && augmenter == nil, noise: growthNoise,
            memory: &memory)
        let monitor = try SubtreeMonitor(
            subtree, evaluator: evaluator, dataset: followedData, memory: &memory)
        // Both references leave out a subtree's last short batch.
        let views = configuration.augmentation.views
        let batches = EpochBatches(
            samples: subset.count, views: views, dropsLast: true,
            division: division(min(configuration.training.batchSize, subset.count * views)))
        try runEpochs(
            .subtree, of: GrowingSubtree(subtree, below: frozen), samples: subset, batches
        ) { try monitor.clustering() }
    }

    /// The epochs of the present phase that are left, each followed by a look at the clustering, a record
    /// and a checkpoint.
    private func runEpochs(
        _ phase: Phase, of trainee: some Trainee<R>, samples: SampleSelection, _ batches: EpochBatches,
        clustering look: () throws -> Clustering
    ) throws {
        let epochs = configuration.training.epochs[phase]
        let steps = PhaseEpoch<R>(phase, configuration, communicator)
        let order = EpochOrder(
            samples,
            windows: trainingData.stored.map {
                EpochWindows(samples, of: $0, batchSize: batches.samplesPerBatch)
            })
        let leaves = model.tree.leaves.count
        while state.epoch < epochs {
            order.shuffle(seed: configuration.seedBits, epoch: state.epochsInAll)
            let pass = SamplePass<R>(
                trainingData, order: order, batches, from: state.partial.steps,
                augmentation: augmenter.map { EpochAugmentation($0, epoch: state.epochsInAll) })
            let show = reporter?.progress(of: state, leaves: leaves, samples: batches.visited)
            var running = state
            let result = try steps.run(trainee, over: pass, &running, checkpoints: stepCheckpoints) {
                show?($0, $1)
            }
            state = running
            let clustering = try look()
            // While a subtree grows, the checkpoint's tree is still without it.
            if phase != .subtree { self.clustering = clustering }
            let record = record(of: result, phase: phase, leaves: clustering.leaves.count, clustering)
            history.append(record)
            state.finishEpoch()
            try reporter?.finish(record, phase: phase, state: state, leaves: leaves)
            if let untrained = state.untrainedLoss {
                reporter?.warnOfDivergence(record, untrained: untrained)
            }
            if state.epoch % configuration.checkpoint.everyEpochs == 0 || state.epoch == epochs {
                try saveCheckpoint()
            }
        }
    }

    private func record(
        of result: PhaseEpoch<R>.Result, phase: Phase, leaves: Int, _ clustering: Clustering
    ) -> EpochRecord {
        EpochRecord(
            phase: phase.rawValue, phaseIndex: state.phaseIndex, growthStep: state.growthStep,
            epoch: state.epoch,
            leaves: leaves, loss: result.terms.loss(alpha: result.alpha),
            recLoss: result.terms.reconstruction,
            klRoot: result.terms.klRoot, klNodes: result.terms.klNodes, klDecisions: result.terms.klDecisions,
            contrastive: configuration.contrastive.weight > 0 ? result.terms.contrastive : nil,
            alpha: result.alpha, learningRate: result.learningRate, seconds: result.seconds,
            samplesPerSecond: Double(result.samples) / max(1e-9, result.seconds),
            acc: clustering.table?.accuracy, nmi: clustering.table?.normalisedMutualInformation)
    }
}
