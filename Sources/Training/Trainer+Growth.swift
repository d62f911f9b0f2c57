import Checkpoints
import Configuration
import Growth
import Layers
import RunLog
import TreeModel

extension Trainer {
    var growthRule: GrowthRule {
        GrowthRule(
            maximumLeaves: configuration.growth.maxLeaves, maximumDepth: configuration.growth.maxDepth,
            effectiveShare: configuration.growth.effectiveShare,
            minimumSamples: configuration.minimumSamplesToSplit,
            skipsFullLeaves: configuration.growth.whenFull == .nextLeaf,
            mostOverlap: configuration.growth.mostOverlap)
    }

    /// Growth steps after which a run gives up on ever reaching its number of leaves, as the reference does.
    private static var mostSteps: Int { 150 }

    /// From the end of one phase to the start of the next. Everything here follows from the model and the
    /// state, so that a run resumed from a phase's last checkpoint takes the same way.
    func advance() throws {
        switch state.stage {
        case .initial: if configuration.model.kind == .tree { try grow() } else { start(.finetune) }
        case .intermediate: try split()
        case .subtree:
            try attachSubtree()
            // One more effective leaf may be all that was missing; then the next intermediate phase is spared.
            if state.effectiveLeaves + 1 == configuration.growth.maxLeaves {
                let effective = growthRule.effectiveLeaves(shares: try leafShares())
                if effective >= configuration.growth.maxLeaves {
                    return try endGrowth(.enoughLeaves(effective))
                }
            }
            try grow()
        case .finetune: state.enter(.finished)
        case .finished: break
        }
    }

    /// An intermediate phase after every few splits, else the next split.
    private func grow() throws {
        let isDue = state.growthStep > 0 && state.growthStep % configuration.growth.intermediateEvery == 0
        if isDue, configuration.training.epochs.intermediate > 0 {
            start(.intermediate)
        } else {
            try split()
        }
    }

    private func leafShares() throws -> [Double] {
        try evaluator.tally(of: trainingData).shares(communicator)
    }

    /// Splits the leaf that the rule chooses, or ends growth.
    private func split() throws {
        let (decision, samples) = try decideGrowth()
        switch decision {
        case .end(let end): try endGrowth(end)
        case .split(let leaf):
            reporter?.say(
                "growth step \(state.growthStep): splitting leaf \(leaf) with \(samples) samples; "
                    + "\(state.effectiveLeaves) of \(model.tree.leaves.count) leaves are effective")
            growth.append(
                GrowthRecord(
                    kind: .split, leaf: leaf, samples: samples, effectiveLeaves: state.effectiveLeaves,
                    epochs: state.epochsInAll))
            let subtree = makeSubtree(at: leaf)
            subtree.arena.initialise(
                model.architecture.initialisation, seed: configuration.seedBits,
                generation: UInt32(state.growthStep + 1))
            self.subtree = subtree
            start(.subtree(leaf: leaf))
        }
    }

    /// What the rule says of the present tree, and how many samples the leaf has that it wants to split.
    private func decideGrowth() throws -> (decision: GrowthRule.Decision, samples: Int) {
        let rule = growthRule
        // One pass serves, though the threshold is known after it: there are few that it can be.
        let tally = try evaluator.tally(
            of: trainingData,
            thresholds: (0...model.tree.leaves.count).map(rule.threshold(effectiveLeaves:)))
        let effective = rule.effectiveLeaves(shares: try tally.shares(communicator))
        state.effectiveLeaves = effective
        guard state.growthStep < Self.mostSteps else { return (.end(.leavesTooSmall), 0) }
        let members = try tally.members(
            threshold: rule.threshold(effectiveLeaves: effective), communicator)
        let scores = try leafScores()
        var clouds: Set<Int> = []
        while true {
            let decision = rule.decide(
                tree: model.tree, members: members, scores: scores, effectiveLeaves: effective,
                clouds: clouds)
            guard case .split(let leaf) = decision else { return (decision, 0) }
            if try rule.looksForClouds(in: model.tree) && isCloud(leaf) {
                clouds.insert(leaf)
                continue
            }
            return (decision, members[model.tree.leaves.firstIndex(of: leaf)!])
        }
    }

    /// What ranks the leaves, where it is not their samples.
    private func leafScores() throws -> [Double]? {
        switch configuration.growth.criterion {
        case .samples: nil
        case .reconstruction:
            try evaluator.leafTerms(of: trainingData, noise: noise(.evaluation)).map(\.reconstruction)
        case .elbo: try evaluator.leafTerms(of: trainingData, noise: noise(.evaluation)).map { -$0.elbo }
        }
    }

    /// Goes back to growing a tree whose growth had ended, if its run was resumed with other rules of growth and they
    /// allow another split.
    func growOn(from former: Configuration.Growth) throws {
        guard configuration.model.kind == .tree, state.stage == .finetune || state.stage == .finished,
            former != configuration.growth
        else { return }
        guard case (.split, _) = try decideGrowth() else { return }
        reporter?.say("growth goes on: the rules of growth are others than when it ended")
        try grow()
    }

    /// The subtree that replaces a leaf, before it has any values.
    func makeSubtree(at leaf: Int) -> Subtree<R> {
        Subtree(
            architecture: model.architecture, growing: model.tree, at: leaf,
            weightsReconstruction: configuration.growth.weightedReconstruction, columns: columns,
            reducer: reducer)
    }

    private func attachSubtree() throws {
        guard let subtree else { preconditionFailure("a subtree phase has a subtree") }
        try changeTopology(model.attaching(subtree, columns: columns, reducer: reducer))
        self.subtree = nil
        state.growthStep += 1
    }

    /// Takes another tree for the present one, if all ranks have the same.
    private func changeTopology(_ changed: TreeVAE<R>) throws {
        model = changed
        clustering = nil
        try communicator.verifyReplicas(
            digest: changed.arena.digest(), what: "the model with \(changed.tree.leaves.count) leaves")
    }

    private func endGrowth(_ end: GrowthRule.End) throws {
        reporter?.say("growth ended: \(end)")
        try pruneIfAsked(after: state.epochsInAll)
        start(.finetune)
    }

    /// Removes leaves with too few samples, one at a time. What the optimiser knows of the other nodes stays.
    ///
    /// - Parameter epochs: of all phases, that are done.
    func pruneIfAsked(after epochs: Int) throws {
        guard configuration.growth.prune, configuration.model.kind == .tree else { return }
        let rule = PruningRule(minimumShare: configuration.growth.pruneShare)
        while true {
            let counts = try evaluator.clustering(of: trainingData).leafCounts
            guard let leaf = rule.leafToRemove(tree: model.tree, counts: counts) else { return }
            try Adam.collectMoments(of: model.arena, communicator)
            guard let pruned = model.removing(leaf: leaf, columns: columns, reducer: reducer)
            else { return }
            let samples = counts[model.tree.leaves.firstIndex(of: leaf)!]
            reporter?.say("pruning leaf \(leaf): \(samples) of \(trainingData.count) samples")
            growth.append(GrowthRecord(kind: .prune, leaf: leaf, samples: samples, epochs: epochs))
            try changeTopology(pruned)
        }
    }

    /// Enters a phase with a fresh optimiser.
    private func start(_ stage: RunState.Stage) {
        state.enter(stage)
        let arena = subtree?.arena ?? model.arena
        arena.firstMoment.zero()
        arena.secondMoment.zero()
    }
}
