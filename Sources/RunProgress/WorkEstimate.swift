import Checkpoints
import Configuration

/// Predicts how much work the rest of a run is, to tell the time left.
///
/// Growth is assumed to go as configured from here on: one more effective leaf with every split, each of the largest
/// leaf, until leaves are too small to be split. Splits are uneven, see ``smallerShare``.
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

    /// What the smaller of two new leaves gets of the samples of the one that was split. Runs on digits, cells, wines
    /// and tumours, grown by what is chosen for them, had from 0.1 to 0.5.
    private static let smallerShare = 0.3

    /// The leaf that growth is expected to split next: the largest that can go deeper.
    private struct Growth {
        private var leaves = [(share: 1.0, depth: 0)]
        private let deepest: Int

        init(_ configuration: Configuration) {
            deepest = configuration.growth.maxDepth
        }

        /// Its share of all samples; nil where every leaf is at full depth.
        var share: Double? { leaves.first { $0.depth < deepest }?.share }

        mutating func split() {
            guard let place = leaves.firstIndex(where: { $0.depth < deepest }) else { return }
            let (share, depth) = leaves.remove(at: place)
            leaves += [WorkEstimate.smallerShare, 1 - WorkEstimate.smallerShare].map {
                (share * $0, depth + 1)
            }
            leaves.sort { $0.share > $1.share }
        }
    }

    /// Share of all samples that are in the leaf which a tree of so many leaves splits next.
    private func share(leaves: Int) -> Double {
        var growth = Growth(configuration)
        for _ in 1..<max(1, leaves) where growth.share != nil { growth.split() }
        return growth.share ?? 1 / Double(max(1, leaves))
    }

    /// Leaves that growth is expected to end with: as many as it may have, or as many as there are samples for.
    package var expectedLeaves: Int {
        guard configuration.model.kind == .tree else { return 1 }
        let least = Double(configuration.minimumSamplesToSplit)
        var growth = Growth(configuration)
        var leaves = 1
        while leaves < configuration.growth.firstLeaves
            || leaves < configuration.growth.maxLeaves && (growth.share ?? 0) * Double(samples) >= least
        {
            growth.split()
            leaves += 1
        }
        return leaves
    }

    /// Beside one leaf's decoder and routers: the cost of the trunk, in leaves.
    private static let trunk = 0.5

    /// Decoders that each sample goes through.
    ///
    /// - Parameter leaves: of the tree, without those of a growing subtree.
    package func decoders(_ phase: Phase, leaves: Int) -> Double {
        switch phase {
        case .subtree: 2 * share(leaves: leaves)
        // The leaves of a deep embedded cluster tree share one decoder.
        case .initial, .intermediate, .finetune:
            configuration.model.kind == .deepect ? 1 : Double(leaves) + Self.trunk
        }
    }

    /// Samples that an epoch goes over, each view of them counted.
    package func visited(_ phase: Phase, leaves: Int) -> Double {
        let share = phase == .subtree ? self.share(leaves: leaves) : 1
        return share * Double(samples * configuration.augmentation.views)
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
        schedule(from: state, leaves: leaves).reduce(into: Work()) {
            $0 += Double($1.epochs) * epoch($1.phase, leaves: $1.leaves)
        }
    }

    /// Epochs of one phase.
    package struct Part: Equatable {
        /// What is trained.
        package let phase: Phase
        /// Leaves of the tree, without those of a growing subtree.
        package let leaves: Int
        /// How many.
        package let epochs: Int
    }

    /// The phases that are still to come, the present one first.
    package func schedule(from state: RunState, leaves: Int) -> [Part] {
        guard let phase = state.stage.phase else { return [] }
        let epochs = configuration.training.epochs
        var parts = [Part(phase: phase, leaves: leaves, epochs: epochs[phase] - state.epoch)]
        guard phase != .finetune else { return parts }
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
                parts.append(Part(phase: .intermediate, leaves: leaves, epochs: epochs.intermediate))
            }
            parts.append(Part(phase: .subtree, leaves: leaves, epochs: epochs.subtree))
            isDue = true
            leaves += 1
            effective += 1
            step += 1
        }
        // Whether a leaf is left to split is asked after the phase that is due.
        if isDue, step > 0, effective < configuration.growth.maxLeaves,
            step % configuration.growth.intermediateEvery == 0
        {
            parts.append(Part(phase: .intermediate, leaves: leaves, epochs: epochs.intermediate))
        }
        parts.append(Part(phase: .finetune, leaves: leaves, epochs: epochs.finetune))
        return parts
    }
}
