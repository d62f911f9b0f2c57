import RunLog
import RunSupport
import Testing
import TestSupport

extension TrainingTests {
    @Suite struct PruningDuringTests {
        /// Leaves that are large enough when growth ends, and not all when fine-tuning does.
        static let overrides = [
            "growth.prune_when=during", "growth.prune_share=0.12", "training.epochs.finetune=8",
            "schedule.drop_every.finetune=100", "optimizer.learning_rate=0.03",
        ]

        @Test func noFinishedLeafIsSmall() throws {
            try withPictures { directory in
                let data = directory + "/data"
                let before = try TinyRun(data: data, Self.overrides + ["growth.prune_when=before"])
                    .run(in: directory + "/before", ranks: 1)
                let during = try TinyRun(data: data, Self.overrides).run(in: directory + "/during", ranks: 1)
                // The runs are the same until a leaf has too few samples.
                let pruned = during.growth.filter { $0.kind == .prune }
                let epochs = during.history.filter { $0.phase != "finetune" }.count
                let late = try #require(pruned.first { $0.epochs > epochs })
                #expect(before.growth == during.growth.filter { $0.epochs <= epochs })
                #expect(
                    before.history.prefix(late.epochs - 1).map(\.loss)
                        == during.history.prefix(late.epochs - 1).map(\.loss))
                #expect(during.history.last!.leaves == during.tree.leaves.count)
                #expect(
                    during.tree.leaves.count == before.tree.leaves.count - pruned.count { $0.epochs > epochs }
                )
            }
        }
    }
}
