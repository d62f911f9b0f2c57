import Layers
import Networks
import Testing
import Topology

@testable import TreeModel

/// The one training step, watched.
@Suite struct StepObserverTests {
    private static let extended: Set<StepStage> = [.projections, .contrast, .backwardProjections]

    /// All stages come once and in order; those of the contrastive extension where there is one. Watching changes no bit
    /// of the gradients.
    @Test(arguments: [nil, ContrastiveSettings.Combination.published])
    func stagesComeInOrder(_ combination: ContrastiveSettings.Combination?) throws {
        let watched: TreeVAE<Float> = ContrastTests.model(Tree(), ContrastTests.architecture(combination))
        let unwatched: TreeVAE<Float> = ContrastTests.model(Tree(), ContrastTests.architecture(combination))
        var stages: [StepStage] = []
        let terms = try ContrastTests.step(watched) { stages.append($0) }
        #expect(
            stages == StepStage.allCases.filter { combination != nil || !Self.extended.contains($0) })
        #expect(try ContrastTests.step(unwatched) == terms)
        #expect(
            (0..<watched.arena.count).allSatisfy {
                watched.arena.gradients.pointer[$0] == unwatched.arena.gradients.pointer[$0]
            })
    }

    /// What a stage has to leave is there at its end.
    @Test func aStageIsToldAtItsEnd() throws {
        let model: TreeVAE<Double> = ContrastTests.model(
            ContrastTests.tree(.deep), ContrastTests.architecture(nil))
        let tensor = { (name: String) in
            try #require(
                model.arena.parameters.first { $0.name.hasPrefix(name) && $0.name.hasSuffix("/weight") })
        }
        let (encoder, decoder) = (try tensor("encoder/"), try tensor("node_003/decoder"))
        var found: [StepStage: [Bool]] = [:]
        try ContrastTests.step(model) { stage in
            found[stage] = [
                model.topDown.leafReach(3)[0] > 0, model.topDown.noise(3)[0] != 0,
                model.topDown.latent(3)[0] != 0, model.arena.gradient(decoder)[0] != 0,
                model.topDown.negativeELBO.pointer[0] > 0, model.arena.gradient(encoder)[0] != 0,
            ]
        }
        for (count, stage) in [
            StepStage.trunk, .route, .noise, .sample, .decoders, .objective, .backwardTrunk,
        ].enumerated() {
            #expect(found[stage] == (0..<6).map { $0 < count }, "\(stage)")
        }
        #expect(found[.backwardTree] == found[.objective])
    }
}
