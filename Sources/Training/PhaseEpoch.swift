import Batches
import Checkpoints
import Collectives
import Configuration
import Foundation
import Kernels
import Layers
import TreeModel

/// Runs the optimiser steps of one epoch, for a whole tree and for a subtree alike.
package struct PhaseEpoch<R: Scalar> {
    package let configuration: Configuration
    package let communicator: any Communicator
    package let phase: Phase
    package let batches: EpochBatches
    package let arena: Arena<R>

    package init(
        configuration: Configuration, communicator: any Communicator, phase: Phase, batches: EpochBatches,
        arena: Arena<R>
    ) {
        self.configuration = configuration
        self.communicator = communicator
        self.phase = phase
        self.batches = batches
        self.arena = arena
    }

    /// What an epoch leaves behind.
    package struct Result {
        /// Means over the samples visited, on all ranks.
        package var terms = LossTerms()
        /// Weight of the KL parts.
        package var alpha = 0.0
        /// Learning rate of the last step.
        package var learningRate = 0.0
        /// Wall-clock time of the steps.
        package var seconds = 0.0
        /// Samples visited by all ranks, each view of them counted.
        package var samples = 0
    }

    /// - Parameters:
    ///   - state: where the run stands; its iterations are counted on.
    ///   - progress: told the share of the epoch that is done, and the loss of the latest batch on this rank.
    ///   - step: forward and backward of the batch with these columns, at KL weight `alpha`.
    package func run(
        _ state: inout RunState, progress: (Double, Double) -> Void,
        step: (_ columns: BatchColumns, _ batch: BatchShape, _ alpha: Double) throws -> LossTerms
    ) throws -> Result {
        let adam = Adam(configuration.optimizer)
        let start = Date()
        var result = Result()
        result.alpha = configuration.klWeight(phase: phase, epoch: state.epoch)
        result.samples = batches.visited
        for index in 0..<batches.count {
            let (columns, batch) = batches.batch(index)
            let terms = try step(columns, batch, result.alpha)
            let share = terms.loss(alpha: result.alpha)
            try agreeToGoOn(loss: share, epoch: state.epoch, step: index)
            result.learningRate = configuration.learningRate(
                phase: phase, epoch: state.epoch, iterations: state.iterations)
            try adam.step(
                arena, iteration: state.iterations, learningRate: result.learningRate,
                communicator: communicator)
            state.iterations += 1
            result.terms.add(terms, weight: Double(batch.globalColumns))
            try checkReplicas(iteration: state.iterations)
            progress(Double(index + 1) / Double(batches.count), share * Double(communicator.size))
        }
        result.terms = try result.terms.summed(over: communicator).divided(
            by: Double(max(1, batches.visited)))
        result.seconds = Date().timeIntervalSince(start)
        return result
    }

    private func checkReplicas(iteration: Int) throws {
        let every = configuration.training.replicaCheckEvery
        guard every > 0, iteration % every == 0 else { return }
        try communicator.verifyReplicas(digest: arena.digest(), what: "parameters")
    }

    /// Ends the run between two steps if a rank's loss is no number or a rank was told to stop: all ranks
    /// leave at the same step, before the step changes anything.
    private func agreeToGoOn(loss: Double, epoch: Int, step: Int) throws {
        var flag: Int32 = loss.isFinite ? (StopSignal.isRaised ? 1 : 0) : 2
        try communicator.maximum(&flag, count: 1, purpose: "leave to go on")
        guard flag > 0 else { return }
        let place = "phase \(phase.rawValue), epoch \(epoch), step \(step)"
        if flag == 1 {
            throw Interruption(
                description:
                    "stopped by a signal in \(place); the last checkpoint is kept, go on with --resume",
                isReporter: communicator.rank == 0, exitStatus: Interruption.stoppedStatus)
        }
        throw Interruption(
            description: "the loss is no longer a number in \(place): the run diverged; lower "
                + "optimizer.learning_rate and go on from the last checkpoint with --resume",
            isReporter: communicator.rank == 0, exitStatus: 1)
    }
}
