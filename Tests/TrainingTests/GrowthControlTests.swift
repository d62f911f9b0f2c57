import RunLog
import RunSupport
import Store
import Testing
import TestSupport

extension TrainingTests {
    @Suite struct GrowthControlTests {
        @Test(arguments: ["reconstruction", "elbo"])
        func anotherCriterionGrowsATreeOnAnyNumberOfRanks(_ criterion: String) throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data", [TinyRun.fewCheckpoints, "growth.criterion=\(criterion)"])
                let alone = try run.run(in: directory + "/alone", ranks: 1)
                let three = try run.run(in: directory + "/three", ranks: 3)
                #expect(alone.tree.leaves.count == 4)
                #expect(alone.tree == three.tree)
            }
        }

        /// A finished run grows on where its settings allow another split, and is left alone where they do not.
        @Test(arguments: [1, 2]) func aFinishedRunGrowsOn(ranks: Int) throws {
            try withPictures { directory in
                let run = TinyRun(data: directory + "/data", ["growth.max_leaves=3"])
                let first = try run.run(in: directory + "/run", ranks: ranks)
                #expect(first.tree.leaves.count == 3)

                let same = try run.run(
                    in: directory + "/run", ranks: ranks, resumes: true, with: ["growth.max_leaves=3"])
                #expect(same.tree == first.tree && same.history.count == first.history.count)

                let grown = try run.run(
                    in: directory + "/run", ranks: ranks, resumes: true, with: ["growth.max_leaves=4"])
                #expect(grown.tree.leaves.count == 4)
                #expect(
                    grown.tree.nodes.prefix(first.tree.nodes.count).map(\.parent)
                        == first.tree.nodes.map(\.parent))
                // An intermediate phase, the subtree, and fine-tuning once more.
                let phases = grown.history.dropFirst(first.history.count).map(\.phase)
                #expect(
                    phases == Array(repeating: "intermediate", count: 1)
                        + Array(repeating: "subtree", count: 2)
                        + Array(repeating: "finetune", count: 2))

                // The new rules are those of the run from now on.
                let again = try run.run(in: directory + "/run", ranks: ranks, resumes: true)
                #expect(again.tree == grown.tree && again.history.count == grown.history.count)
            }
        }
    }
}
