import Batches
import Checkpoints
import Collectives
import Configuration
import Foundation
import Inference
import Kernels
import Layers
import TreeModel

/// The optimiser steps of one epoch (paper 2.4), of a whole tree and of a subtree alike.
package struct PhaseEpoch<R: Scalar> {
    private let configuration: Configuration
    private let communicator: any Communicator
    private let phase: Phase

    /// Epochs of a phase.
    package init(_ phase: Phase, _ configuration: Configuration, _ communicator: any Communicator) {
        self.phase = phase
        self.configuration = configuration
        self.communicator = communicator
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
    ///   - trainee: what is trained.
    ///   - pass: the batches of the epoch.
    ///   - state: where the run stands; its iterations are counted on.
    ///   - observer: told the end of each stage of every step.
    ///   - progress: told the share of the epoch that is done, and the loss of the latest batch on this rank.
    package func run(
        _ trainee: some Trainee<R>, over pass: SamplePass<R>, _ state: inout RunState,
        observer: TrainObserver? = nil, progress: (_ fraction: Double, _ loss: Double) -> Void
    ) throws -> Result {
        let adam = Adam(configuration.optimizer)
        let noise = NoiseKey(
            seed: configuration.seedBits, epoch: UInt32(state.epochsInAll), stream: .training)
        let modelObserver: StepObserver? = observer.map { observer in { observer(.model($0)) } }
        let start = Date()
        var result = Result()
        result.alpha = configuration.klWeight(phase: phase, epoch: state.epoch)
        var steps = 0
        while let batch = try pass.next(into: trainee.images) {
            observer?(.gather)
            let terms = try trainee.step(
                batch, noise: noise, alpha: result.alpha, observer: modelObserver)
            let share = terms.loss(alpha: result.alpha)
            try agreeToGoOn(loss: share, epoch: state.epoch, step: steps)
            observer?(.agree)
            result.learningRate = configuration.learningRate(
                phase: phase, epoch: state.epoch, iterations: state.iterations)
            try adam.step(
                trainee.arena, iteration: state.iterations, learningRate: result.learningRate,
                communicator: communicator, observer: observer)
            state.iterations += 1
            steps += 1
            result.terms.add(terms, weight: Double(batch.shape.globalColumns))
            result.samples += batch.shape.globalColumns
            try checkReplicas(trainee.arena, iteration: state.iterations)
            progress(Double(steps) / Double(pass.count), share * Double(communicator.size))
        }
        result.terms = try result.terms.summed(over: communicator).divided(by: Double(max(1, result.samples)))
        result.seconds = Date().timeIntervalSince(start)
        return result
    }

    private func checkReplicas(_ arena: Arena<R>, iteration: Int) throws {
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
