import Configuration

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
    }
}
