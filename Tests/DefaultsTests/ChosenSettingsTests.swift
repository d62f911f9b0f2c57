import Configuration
import Datasets
import Defaults
import Testing

@Suite struct ChosenSettingsTests {
    private func facts(
        _ shape: [Int], count: Int = 10_000, isCounts: Bool = false, range: ClosedRange<Double> = 0...1,
        isWhole: Bool = false, zeroShare: Double = 0.1, fullShare: Double = 0.5, variance: Double = 0.1
    ) -> DataFacts {
        DataFacts(
            count: count, shape: shape, isCounts: isCounts, range: range, isWhole: isWhole,
            zeroShare: zeroShare,
            fullShare: fullShare, variance: variance)
    }

    private func configuration(_ facts: DataFacts, _ overrides: [String] = []) throws -> Configuration {
        try ChosenSettings(facts, overrides: overrides).configuration(overrides: overrides)
    }

    @Test(arguments: [
        ([1, 28, 28], Configuration.Family.cnn1), ([3, 28, 28], .cnn1), ([3, 32, 32], .cnn2),
        ([1, 64, 64], .cnn2),
        ([1, 8, 8], .mlp), ([3, 28, 32], .mlp), ([13], .mlp), ([784], .mlp),
    ])
    func theFamilyFollowsTheShape(shape: [Int], family: Configuration.Family) throws {
        #expect(try configuration(facts(shape)).model.family == family)
    }

    @Test func theLikelihoodFollowsTheValues() throws {
        func likelihood(_ facts: DataFacts) throws -> Configuration.Likelihood {
            try configuration(facts).model.likelihood
        }
        #expect(try likelihood(facts([20])) == .bernoulli)
        let table = try configuration(facts([20], range: -3...5, variance: 0.98))
        #expect(
            table.model.likelihood == .gaussian && table.model.variance == 0.98 && table.schedule.klStart == 1
        )
        #expect(try likelihood(facts([20], isCounts: true, range: 0...9, isWhole: true)) == .negativeBinomial)
        // A table of words: whole, mostly 0, few columns with the largest number.
        let words = facts([200], range: 0...40, isWhole: true, zeroShare: 0.97, fullShare: 0.005)
        #expect(try likelihood(words) == .negativeBinomial)
        // Grey values: many reach the largest.
        #expect(
            try likelihood(facts([64], range: 0...16, isWhole: true, zeroShare: 0.6, fullShare: 0.8))
                == .gaussian)
        #expect(try likelihood(facts([1, 28, 28], isCounts: true, range: 0...9, isWhole: true)) == .gaussian)
    }

    @Test func columnsThatDifferHaveALikelihoodEach() throws {
        var table = facts([7], range: -3...5, variance: 0.9)
        table.binary = [1, 4]
        table.mayMiss = true
        let model = try configuration(table).model
        #expect(model.likelihood == .mixed && model.binary == [1, 4] && model.mayMiss)
        #expect(model.variance == 0.9)
        #expect(try configuration(table, ["model.likelihood=gaussian"]).model.binary.isEmpty)
        var cells = facts([12], isCounts: true, range: 0...9, isWhole: true)
        cells.covariates = 3
        #expect(try configuration(cells).model.covariates == 3)
    }

    @Test func smallDataHaveSmallBatchesAndLeaves() throws {
        let small = try configuration(facts([13], count: 143, range: -3...3))
        #expect(small.training.batchSize == 32 && small.minimumSamplesToSplit == 71)
        let large = try configuration(facts([13], count: 60_000, range: -3...3))
        #expect(large.training.batchSize == 256 && large.minimumSamplesToSplit == 256)
    }

    @Test func splitsOfOwnDataAreLed() throws {
        for shape in [[13], [1, 28, 28]] {
            let growth = try configuration(facts(shape)).growth
            #expect(growth.mostOverlap == (shape.count == 1 ? 0.25 : 1))
            #expect(growth.start == .mixture && growth.firstLeaves == 1 && growth.pruneWhen == .during)
            #expect(growth.whenFull == .nextLeaf)
        }
        let published = try configuration(facts([13]), ["growth.start=random", "growth.first_leaves=2"])
            .growth
        #expect(published.start == .random && published.firstLeaves == 2)
    }

    @Test func overridesWinAndTheRestFollows() throws {
        let overrides = ["model.layers=[16,16,16]", "training.batch_size=7"]
        let chosen = try ChosenSettings(facts([13], range: -3...3), overrides: overrides)
        #expect(!chosen.choices.contains { $0.key == "model.layers" || $0.key == "training.batch_size" })
        let result = try chosen.configuration(overrides: overrides)
        #expect(result.training.batchSize == 7 && result.model.latent.count == 3)
        #expect(result.growth.maxDepth == 2 && result.growth.maxLeaves == 4)
        #expect(chosen.choices.allSatisfy { !$0.reason.isEmpty })
    }

    @Test func factsAreThoseOfTheSamples() throws {
        let data = Dataset(
            floats: [0, 2, 4, 4, 0, 4, 2, 4], shape: [2], scale: 0.5, name: "x", source: "")
        let found = try DataFacts(data)
        #expect(found.range == 0...2 && found.isWhole && found.zeroShare == 0.25 && found.fullShare == 1)
        #expect(abs(found.variance - (0.6875 + 0.1875) / 2) < 1e-9)
    }
}
