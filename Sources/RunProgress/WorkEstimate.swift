import Checkpoints
import Configuration

/// Predicts how much work the rest of a run is, to tell the time left.
///
/// Growth is assumed to go as configured from here on: one more effective leaf with every split, and subsets of
/// `samples / leaves`, until leaves are too small to be split.
package struct WorkEstimate {
    package let configuration: Configuration
    /// Training samples.
    package let samples: Int

    /// The work of a run on so many training samples.
    package init(configuration: Configuration, samples: Int) {
        self.configuration = configuration
        self.samples = samples
    }

    /// An amount of work.
    package struct Work: Equatable {
        /// Samples times decoders.
        package var decodings = 0.0
        /// Epochs: each also costs a look at the clustering and a checkpoint.
        package var epochs = 0.0

        static func += (sum: inout Work, other: Work) {
            sum.decodings += other.decodings
            sum.epochs += other.epochs
        }

        static func * (factor: Double, work: Work) -> Work {
            Work(decodings: factor * work.decodings, epochs: factor * work.epochs)
        }
    }

    /// Leaves that growth is expected to end with: as many as it may have, or as many as there are samples for. A leaf
    /// that is not split any more has from half of the least samples on up to all of them, three quarters in the middle.
    package var expectedLeaves: Int {
        guard configuration.model.kind == .tree else { return 1 }
        let last = 0.75 * Double(configuration.minimumSamplesToSplit)
        return min(configuration.growth.maxLeaves, max(2, Int((Double(samples) / last).rounded())))
    }

    /// Beside one leaf's decoder and routers: the cost of the trunk, in leaves.
    private static let trunk = 0.5

    /// Decoders that each sample goes through.
    ///
    /// - Parameter leaves: of the tree, without those of a growing subtree.
    package func decoders(_ phase: Phase, leaves: Int) -> Double {
        switch phase {
        case .subtree: 2 / Double(max(1, leaves))
        // The leaves of a deep embedded cluster tree share one decoder.
        case .initial, .intermediate, .finetune:
            configuration.model.kind == .deepect ? 1 : Double(leaves) + Self.trunk
        }
    }

    /// Work of one epoch.
    package func epoch(_ phase: Phase, leaves: Int) -> Work {
        Work(
            decodings: Double(samples * configuration.augmentation.views) * decoders(phase, leaves: leaves),
            epochs: 1)
    }

    /// Work of the epochs of the present phase that are still to come, from `state.epoch` on.
    func restOfPhase(_ state: RunState, leaves: Int) -> Work {
        guard let phase = state.stage.phase else { return Work() }
        return Double(configuration.training.epochs[phase] - state.epoch) * epoch(phase, leaves: leaves)
    }

    /// Work of everything that is still to come.
    package func restOfRun(_ state: RunState, leaves: Int) -> Work {
        guard let phase = state.stage.phase else { return Work() }
        var work = restOfPhase(state, leaves: leaves)
        guard phase != .finetune else { return work }
        let epochs = configuration.training.epochs
        var leaves = leaves
        var step = state.growthStep
        if phase == .subtree {
            leaves += 1
            step += 1
        }
        // Leaves that few samples reach do not count, and growth goes on until enough do. The state has their number
        // at the last decision, before the split that came of it.
        var effective = phase == .initial ? leaves : state.effectiveLeaves + 1
        var isDue = phase != .intermediate
        while effective < expectedLeaves {
            if isDue, step > 0, step % configuration.growth.intermediateEvery == 0 {
                work += Double(epochs.intermediate) * epoch(.intermediate, leaves: leaves)
            }
            work += Double(epochs.subtree) * epoch(.subtree, leaves: leaves)
            isDue = true
            leaves += 1
            effective += 1
            step += 1
        }
        work += Double(epochs.finetune) * epoch(.finetune, leaves: leaves)
        return work
    }
}
