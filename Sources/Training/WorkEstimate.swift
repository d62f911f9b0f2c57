import Configuration

/// Predicts how much work the rest of a run is, in floating-point operations, to tell the time left.
///
/// Growth is assumed to go as configured: one more effective leaf with every split, and subsets of
/// `samples / leaves`.
struct WorkEstimate {
    let configuration: Configuration
    /// Training samples.
    let samples: Int
    let costs: WorkCosts

    /// Work of one epoch.
    func epoch(_ phase: Phase, leaves: Int) -> Double {
        switch phase {
        case .subtree: Double(samples) / Double(max(1, leaves)) * costs.subtree
        case .initial, .intermediate, .finetune:
            Double(samples) * (costs.trunk + Double(leaves) * costs.leaf)
        }
    }

    /// Work of the epochs of the present phase that are still to come.
    func restOfPhase(_ state: RunState, leaves: Int) -> Double {
        guard let phase = state.stage.phase else { return 0 }
        return Double(configuration.training.epochs[phase] - state.epoch) * epoch(phase, leaves: leaves)
    }

    /// Work of everything that is still to come.
    func restOfRun(_ state: RunState, leaves: Int) -> Double {
        guard let phase = state.stage.phase else { return 0 }
        var work = restOfPhase(state, leaves: leaves)
        guard phase != .finetune else { return work }
        let epochs = configuration.training.epochs
        var leaves = leaves
        var step = state.growthStep
        if phase == .subtree {
            leaves += 1
            step += 1
        }
        while leaves < configuration.growth.maxLeaves {
            if step > 0, step % configuration.growth.intermediateEvery == 0,
                phase != .intermediate || step > state.growthStep
            {
                work += Double(epochs.intermediate) * epoch(.intermediate, leaves: leaves)
            }
            work += Double(epochs.subtree) * epoch(.subtree, leaves: leaves)
            leaves += 1
            step += 1
        }
        return work + Double(epochs.finetune) * epoch(.finetune, leaves: leaves)
    }
}
