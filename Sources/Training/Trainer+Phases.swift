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
        let passes = EpochPasses(
            trainingData, samples: trainingData.allSamples,
            EpochBatches(
                samples: trainingData.count, views: configuration.augmentation.views,
                dropsLast: configuration.training.dropLast,
                division: division(configuration.training.batchSize)), augmenter: augmenter,
            seed: configuration.seedBits)
        try runEpochs(phase, of: model, passes) {
            if phase == .finetune, configuration.growth.pruneWhen == .during {
                try pruneIfAsked(after: state.epochsInAll + 1)
            }
            return try evaluator.clustering(of: followedData)
        }
    }

    /// Epochs of a phase that trains two new leaves below the frozen tree, on the samples of the leaf that
    /// they replace.
    func trainSubtree() throws {
        guard let subtree else { preconditionFailure("a subtree phase has a subtree") }
        var memory = memory
        let site = try SplitSite(self, leaf: subtree.top, memory: &memory)
        let mixture =
            configuration.growth.start == .mixture && state.epoch < configuration.growth.leadEpochs
            ? try site.mixture() : nil
        let monitor = try SubtreeMonitor(
            subtree, evaluator: evaluator, dataset: followedData, memory: &memory)
        try runEpochs(
            .subtree,
            of: GrowingSubtree(
                subtree, below: site.frozen,
                lead: mixture.flatMap {
                    SplitLead($0, epoch: state.epoch, of: configuration.growth.leadEpochs)
                }), site.passes
        ) { try monitor.clustering() }
    }

    /// The epochs of the present phase that are left, each followed by a look at the clustering, a record
    /// and a checkpoint.
    ///
    /// - Parameter trainee: asked for anew in each epoch, as the look may change the tree.
    private func runEpochs(
        _ phase: Phase, of trainee: @autoclosure () -> some Trainee<R>, _ passes: EpochPasses<R>,
        clustering look: () throws -> Clustering
    ) throws {
        let epochs = configuration.training.epochs[phase]
        let steps = PhaseEpoch<R>(phase, configuration, communicator)
        while state.epoch < epochs {
            let leaves = model.tree.leaves.count
            let pass = passes.pass(epoch: state.epochsInAll, from: state.partial.steps)
            let show = reporter?.progress(of: state, leaves: leaves, samples: passes.batches.visited)
            var running = state
            let result = try steps.run(trainee(), over: pass, &running, checkpoints: stepCheckpoints) {
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
