import Configuration
import TreeModel

/// Where a run stands: everything besides tensors that a resumed run needs.
package struct RunState: Equatable, Sendable {
    /// The phase in progress.
    package enum Stage: Equatable, Sendable {
        /// Root and two leaves.
        case initial
        /// The subtree that will replace this leaf.
        case subtree(leaf: Int)
        /// The whole tree, between growth steps.
        case intermediate
        /// The whole pruned tree.
        case finetune
        /// Nothing is left to do.
        case finished

        /// The schedule that applies; nil once finished.
        package var phase: Phase? {
            switch self {
            case .initial: .initial
            case .subtree: .subtree
            case .intermediate: .intermediate
            case .finetune: .finetune
            case .finished: nil
            }
        }
    }

    /// The phase in progress.
    package var stage = Stage.initial
    /// Phases that came before it.
    package var phaseIndex = 0
    /// Splits that are done.
    package var growthStep = 0
    /// Epochs of this phase that are done.
    package var epoch = 0
    /// Epochs of all phases that are done: the key of noise and shuffling.
    package var epochsInAll = 0
    /// Optimiser steps of this phase that are done.
    package var iterations = 0
    /// The epoch in progress, as far as it is done.
    package var partial = PartialEpoch()
    /// Loss of the first batch of the run, that of a model that has learned nothing; nil before it.
    package var untrainedLoss: Double?
    /// Effective leaves at the last decision to grow.
    package var effectiveLeaves = 0

    /// The start of a run.
    package init() {}

    /// Enters the next phase.
    package mutating func enter(_ stage: Stage) {
        self.stage = stage
        phaseIndex += 1
        epoch = 0
        iterations = 0
        partial = PartialEpoch()
    }

    /// Counts an epoch whose steps are all done.
    package mutating func finishEpoch() {
        epoch += 1
        epochsInAll += 1
        partial = PartialEpoch()
    }
}

/// The steps of an epoch that are done, the same on all ranks.
package struct PartialEpoch: Equatable, Sendable {
    /// Optimiser steps.
    package var steps = 0
    /// Samples visited, each view of them counted.
    package var samples = 0
    /// Sums of the loss terms over these samples.
    package var terms = LossTerms()
    /// Wall-clock time, in seconds.
    package var seconds = 0.0

    /// Nothing is done.
    package init() {}

    /// Counts a step.
    ///
    /// - Parameters:
    ///   - terms: means over the batch.
    ///   - samples: of the batch.
    package mutating func add(_ terms: LossTerms, samples count: Int) {
        steps += 1
        samples += count
        self.terms.add(terms, weight: Double(count))
    }
}
