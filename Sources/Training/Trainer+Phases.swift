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
        let order = order(of: trainingData.allSamples, batches)
        try runEpochs(phase, arena: model.arena, order: order, batches: batches, images: model.images) {
            _, samples, batch, alpha in
            try model.step(batch, noise: noise(.training), samples: samples, alpha: alpha)
        } clustering: {
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
        let order = order(of: subset, batches)
        try runEpochs(
            .subtree, arena: subtree.arena, order: order, batches: batches, images: subtree.images.value
        ) { columns, samples, batch, alpha in
            try frozen.load(
                positions: order.positions + columns.start, samples: samples, batch, noise: noise(.growth),
                into: subtree)
            return try subtree.step(batch, noise: noise(.training), samples: samples, alpha: alpha)
        } clustering: {
            try monitor.clustering()
        }
    }

    /// The order of epochs over training samples.
    private func order(of selection: SampleSelection, _ batches: EpochBatches) -> EpochOrder {
        EpochOrder(
            selection,
            windows: trainingData.stored.map {
                EpochWindows(selection, of: $0, batchSize: batches.samplesPerBatch)
            })
    }

    /// The epochs of the present phase that are left, each followed by a look at the clustering, a record
    /// and a checkpoint.
    private func runEpochs(
        _ phase: Phase, arena: Arena<R>, order: EpochOrder, batches: EpochBatches,
        images: UnsafeMutablePointer<R>,
        step: (BatchColumns, UnsafePointer<Int32>, BatchShape, Double) throws -> LossTerms,
        clustering look: () throws -> Clustering
    ) throws {
        let epochs = configuration.training.epochs[phase]
        let runner = PhaseEpoch<R>(
            configuration: configuration, communicator: communicator, phase: phase, batches: batches,
            arena: arena)
        while state.epoch < epochs {
            order.shuffle(seed: configuration.seedBits, epoch: state.epochsInAll)
            let pass = SamplePass<R>(
                trainingData, order: order, batches,
                augmentation: augmenter.map { EpochAugmentation($0, epoch: state.epochsInAll) })
            let start = Date()
            let before = state
            var after = state
            let leaves = model.tree.leaves.count
            let result = try runner.run(
                &after,
                progress: { fraction, loss in
                    reporter?.update(
                        before, leaves: leaves, fraction: fraction, loss: loss,
                        elapsed: Date().timeIntervalSince(start), samples: batches.visited)
                },
                step: { columns, batch, alpha in
                    try step(columns, pass.load(into: images), batch, alpha)
                })
            state.iterations = after.iterations
            let clustering = try look()
            // While a subtree grows, the checkpoint's tree is still without it.
            if phase != .subtree { self.clustering = clustering }
            let record = record(of: result, phase: phase, leaves: clustering.leaves.count, clustering)
            history.append(record)
            state.epoch += 1
            state.epochsInAll += 1
            try reporter?.finish(record, phase: phase, state: state, leaves: leaves)
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
