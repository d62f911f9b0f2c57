import Datasets
import Store
import Testing
import TestSupport

extension DatasetsTests {
    /// Data read as the features that a model has.
    @Suite struct FeatureMapTests {
        /// Three rows of columns a, b, c: 1 to 9.
        private func withShards(
            _ header: String = "a,b,c", isStandardised: Bool = false,
            _ body: (String) throws -> Void
        ) throws {
            try withTemporaryDirectory { directory in
                try write(Array("\(header)\n1,2,3\n4,5,6\n7,8,9\n".utf8), to: directory + "/table.csv")
                var options = SourceOptions()
                options.isStandardised = isStandardised
                try ShardWriter.write(
                    Preparation.csv.source(from: directory + "/table.csv", options: options),
                    to: directory + "/out", plan: ShardPlan(shards: 2, testFraction: 0))
                try body(directory + "/out")
            }
        }

        private func values(_ directory: String, memory: Int, _ expected: FeatureExpectation?) throws
            -> [Float]
        {
            let data = try Dataset.load(
                directory: directory, splits: [.train], memory: memory, expecting: expected)[0]
            guard let stored = data.stored else { return data.storedFloats }
            let block = RowBlock(stored)
            try SampleReader(stored).read((0..<Int32(data.count)).map { $0 }, into: block)
            return withExtendedLifetime(block) {
                (0..<data.count * data.features).map { block.floats![$0] }
            }
        }

        private func expected(_ names: [String], _ standardisation: Standardisation? = nil)
            -> FeatureExpectation
        {
            FeatureExpectation(names: names, standardisation: standardisation, owner: "the model")
        }

        @Test(arguments: [0, Int.max]) func featuresAreFoundByTheirNames(memory: Int) throws {
            try withShards { directory in
                let sorted = try values(directory, memory: memory, expected(["c", "a", "b"]))
                #expect(sorted == [3, 1, 2, 6, 4, 5, 9, 7, 8])
                // What the model does not know is left out.
                let fewer = try values(directory, memory: memory, expected(["c", "a"]))
                #expect(fewer == [3, 1, 6, 4, 9, 7])
                let scaled = Standardisation(means: [0, 4, 5], deviations: [1, 3, 1])
                let standardised = try values(directory, memory: memory, expected(["c", "a", "b"], scaled))
                #expect(standardised == [3, -1, -3, 6, 0, 0, 9, 1, 3])
            }
        }

        @Test func whatLacksAFeatureIsRefused() throws {
            try withShards { directory in
                let found = message { _ = try values(directory, memory: 0, expected(["a", "bb", "x"])) }
                #expect(found.contains("there is no feature 'bb', which the model has"))
            }
            try withShards("a,b,b") { directory in
                let found = message { _ = try values(directory, memory: 0, expected(["b", "a", "c"])) }
                #expect(found.contains("several features are called 'b'"))
            }
        }

        @Test(arguments: [0, Int.max]) func shardsKeepMeansAndDeviations(memory: Int) throws {
            try withShards(isStandardised: true) { directory in
                let deviation = Float(6.0.squareRoot())
                let expected: [Float] = [-3, -3, -3, 0, 0, 0, 3, 3, 3].map { $0 / deviation }
                for (value, wanted) in zip(try values(directory, memory: memory, nil), expected) {
                    #expect(abs(value - wanted) < 1e-6)
                }
                let data = try Dataset.load(directory: directory, split: .train)
                #expect(data.standardisation?.means == [4, 5, 6] && data.unit == "standard deviations")
                #expect(data.standardisation?.restored(1, feature: 0) == 4 + 6.0.squareRoot())
            }
        }
    }
}
