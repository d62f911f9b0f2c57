import Batches
import Checkpoints
import Collectives
import Configuration
import Kernels
import Layers
import TreeModel

/// The optimiser steps of one epoch (paper 2.4), whatever is trained.
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

    /// What an epoch leaves behind, the same on all ranks.
    package struct Result {
        /// Means over the samples visited, on all ranks.
        package let terms: LossTerms
        /// Weight of the KL parts.
        package let alpha: Double
        /// Learning rate of the last step.
        package let learningRate: Double
        /// Wall-clock time of the steps.
        package let seconds: Double
        /// Samples visited by all ranks, each view of them counted.
        package let samples: Int
    }

    /// Checkpoints between the steps of an epoch.
    package struct Checkpoints {
        /// Whether this rank finds that it is time for one.
        let isDue: () -> Bool
        /// Saves a run that stands between two steps; collective.
        let save: (RunState) throws -> Void

        /// A run that is saved by rank 0's clock, which says it between steps.
        ///
        /// - Parameters:
        ///   - minutes: without a checkpoint, after which there is one; 0 for none.
        ///   - last: when there was one.
        package init(
            everyMinutes minutes: Double, since last: @escaping () -> ContinuousClock.Instant,
            _ communicator: any Communicator, save: @escaping (RunState) throws -> Void
        ) {
            isDue = {
                communicator.rank == 0 && minutes > 0
                    && ContinuousClock.now - last() >= .seconds(60 * minutes)
            }
            self.save = save
        }
    }

    /// - Parameters:
    ///   - trainee: what is trained.
    ///   - pass: the batches of the epoch that are left.
    ///   - state: where the run stands; its steps are counted on.
    ///   - checkpoints: told when the run may be saved; nil if it is not.
    ///   - observer: told the end of each stage of every step.
    ///   - progress: told the share of the epoch that is done, and the loss of the latest batch.
    package func run(
        _ trainee: some Trainee<R>, over pass: SamplePass<R>, _ state: inout RunState,
        checkpoints: Checkpoints? = nil, observer: TrainObserver? = nil,
        progress: (_ fraction: Double, _ loss: Double) -> Void
    ) throws -> Result {
        let adam = Adam(configuration.optimizer)
        let noise = NoiseKey(
            seed: configuration.seedBits, epoch: UInt32(state.epochsInAll), stream: .training)
        let alpha = configuration.klWeight(phase: phase, epoch: state.epoch)
        let modelObserver: StepObserver? = observer.map { observer in { observer(.model($0)) } }
        let steps = state.partial.steps + pass.count
        let secondsBefore = state.partial.seconds
        let start = ContinuousClock.now
        var agreement = StepAgreement(communicator)
        while let batch = try pass.next(into: trainee.images) {
            observer?(.gather)
            let share = try trainee.step(batch, noise: noise, alpha: alpha, observer: modelObserver)
            let terms = try agreement.exchange(
                share, stops: StopSignal.isRaised, isDue: checkpoints?.isDue() ?? false)
            let loss = terms.loss(alpha: alpha)
            guard loss.isFinite else { throw divergence("the loss is no longer a number", state) }
            observer?(.agree)
            let learningRate = learningRate(state, iteration: state.iterations)
            try adam.step(
                trainee.arena, iteration: state.iterations, learningRate: learningRate,
                communicator: communicator, observer: observer)
            try trainee.finishStep(iteration: state.iterations, learningRate: learningRate)
            if state.untrainedLoss == nil { state.untrainedLoss = loss }
            state.iterations += 1
            state.partial.add(terms, samples: batch.shape.globalColumns)
            state.partial.seconds = secondsBefore + (ContinuousClock.now - start) / .seconds(1)
            try checkReplicas(trainee.arena, iteration: state.iterations)
            progress(Double(state.partial.steps) / Double(steps), loss)
            if agreement.stops || agreement.isDue {
                try verifySoundness(trainee.arena, state)
                try checkpoints?.save(state)
            }
            if agreement.stops { throw stop(state, isSaved: checkpoints != nil) }
        }
        try verifySoundness(trainee.arena, state)
        return Result(
            terms: state.partial.terms.divided(by: Double(max(1, state.partial.samples))), alpha: alpha,
            learningRate: learningRate(state, iteration: max(0, state.iterations - 1)),
            seconds: state.partial.seconds, samples: state.partial.samples)
    }

    private func learningRate(_ state: RunState, iteration: Int) -> Double {
        configuration.learningRate(phase: phase, epoch: state.epoch, iterations: iteration)
    }

    private func checkReplicas(_ arena: Arena<R>, iteration: Int) throws {
        let every = configuration.training.replicaCheckEvery
        guard every > 0, iteration % every == 0 else { return }
        try communicator.verifyReplicas(digest: arena.digest(), what: "parameters")
    }

    /// The last step may have made what no loss has been computed of yet.
    private func verifySoundness(_ arena: Arena<R>, _ state: RunState) throws {
        var broken: [Int32] = [arena.isSound ? 0 : 1]
        try communicator.maximum(&broken, purpose: "sound parameters")
        if broken[0] > 0 { throw divergence("parameters have grown beyond all bounds", state) }
    }

    private func divergence(_ what: String, _ state: RunState) -> Interruption {
        .divergence("\(what) in \(place(state))", isReporter: communicator.rank == 0)
    }

    /// The end of a run that was told to stop.
    private func stop(_ state: RunState, isSaved: Bool) -> Interruption {
        Interruption(
            description: "stopped by a signal in \(place(state))"
                + (isSaved ? "; everything up to here is saved, go on with --resume" : ""),
            isReporter: communicator.rank == 0, exitStatus: Interruption.stoppedStatus)
    }

    private func place(_ state: RunState) -> String {
        "phase \(phase.rawValue), epoch \(state.epoch), step \(state.partial.steps)"
    }
}
