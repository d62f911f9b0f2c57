import Collectives
import Configuration
import Foundation
import Kernels
import Layers
import TreeModel

/// Runs the optimiser steps of one epoch, for a whole tree and for a subtree alike.
struct PhaseEpoch<R: Scalar> {
    let configuration: Configuration
    let communicator: any Communicator
    let phase: Phase
    let batches: EpochBatches
    let arena: Arena<R>

    /// What an epoch leaves behind.
    struct Result {
        /// Means over the samples visited, on all ranks.
        var terms = LossTerms()
        /// Weight of the KL parts.
        var alpha = 0.0
        /// Learning rate of the last step.
        var learningRate = 0.0
        /// Wall-clock time of the steps.
        var seconds = 0.0
        /// Samples visited by all ranks.
        var samples = 0
    }

    /// - Parameters:
    ///   - state: where the run stands; its iterations are counted on.
    ///   - progress: told the share of the epoch that is done, and the loss of the latest batch on this rank.
    ///   - step: forward and backward of the batch at `range` of the epoch's order, at KL weight `alpha`.
    func run(
        _ state: inout RunState, progress: (Double, Double) -> Void,
        step: (_ range: Range<Int>, _ batch: BatchShape, _ alpha: Double) throws -> LossTerms
    ) throws -> Result {
        let adam = Adam(configuration.optimizer)
        let start = Date()
        var result = Result()
        result.alpha = configuration.klWeight(phase: phase, epoch: state.epoch)
        result.samples = batches.visited
        for index in 0..<batches.count {
            let (range, batch) = batches.batch(index)
            arena.gradients.zero()
            let terms = try step(range, batch, result.alpha)
            let share = terms.loss(alpha: result.alpha)
            guard share.isFinite else {
                throw TrainingError(
                    "the loss is \(share) on rank \(communicator.rank) in phase \(phase.rawValue), epoch \(state.epoch), "
                        + "step \(index): the run diverged. Lower optimizer.learning_rate and resume from the last "
                        + "checkpoint")
            }
            try communicator.sum(arena.gradients.pointer, count: arena.count, purpose: "gradients")
            result.learningRate = configuration.learningRate(
                phase: phase, epoch: state.epoch, iterations: state.iterations)
            adam.step(arena, iteration: state.iterations, learningRate: result.learningRate)
            state.iterations += 1
            result.terms.add(terms, weight: Double(batch.globalColumns))
            try checkReplicas(iteration: state.iterations)
            try stopIfAsked()
            progress(Double(index + 1) / Double(batches.count), share * Double(communicator.size))
        }
        result.terms = try result.terms.summed(over: communicator).divided(by: Double(max(1, batches.visited)))
        result.seconds = Date().timeIntervalSince(start)
        return result
    }

    private func checkReplicas(iteration: Int) throws {
        let every = configuration.training.replicaCheckEvery
        guard every > 0, iteration % every == 0 else { return }
        try communicator.verifyReplicas(digest: arena.digest(), what: "parameters")
    }

    /// Ends the run between two steps if any rank was told to: all ranks leave at the same step.
    private func stopIfAsked() throws {
        var flag: Int32 = StopSignal.isRaised ? 1 : 0
        try communicator.maximum(&flag, count: 1, purpose: "stop signal")
        guard flag > 0 else { return }
        throw TrainingError(
            "stopped by a signal in the middle of an epoch; checkpoints of all finished epochs are kept. "
                + "Go on with --resume", exitStatus: TrainingError.stoppedStatus)
    }
}
