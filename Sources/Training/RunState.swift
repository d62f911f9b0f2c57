import Configuration

/// Where a run stands: everything besides tensors that a resumed run needs.
struct RunState: Equatable, Sendable {
    /// The phase in progress.
    enum Stage: Equatable, Sendable {
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
        var phase: Phase? {
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
    var stage = Stage.initial
    /// Phases that came before it.
    var phaseIndex = 0
    /// Splits that are done.
    var growthStep = 0
    /// Epochs of this phase that are done.
    var epoch = 0
    /// Epochs of all phases that are done: the key of noise and shuffling.
    var epochsInAll = 0
    /// Optimiser steps of this phase that are done.
    var iterations = 0
    /// Effective leaves at the last decision to grow.
    var effectiveLeaves = 0

    /// Enters the next phase.
    mutating func enter(_ stage: Stage) {
        self.stage = stage
        phaseIndex += 1
        epoch = 0
        iterations = 0
    }
}
