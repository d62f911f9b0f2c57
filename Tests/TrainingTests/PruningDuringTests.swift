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
                var latePrunings = 0
                for share in [0.12, 0.18, 0.24, 0.3, 0.36] {
                    let overrides = Self.overrides + ["growth.prune_share=\(share)"]
                    let before = try TinyRun(data: data, overrides + ["growth.prune_when=before"])
                        .run(in: directory + "/before-\(share)", ranks: 1)
                    let during = try TinyRun(data: data, overrides)
                        .run(in: directory + "/during-\(share)", ranks: 1)
                    let epochs = during.history.filter { $0.phase != "finetune" }.count
                    let late = during.growth.filter { $0.kind == .prune && $0.epochs > epochs }
                    latePrunings += late.count
                    // The runs are the same until a leaf has too few samples.
                    let same = (late.first?.epochs ?? during.history.count + 1) - 1
                    #expect(before.growth == during.growth.filter { $0.epochs <= epochs })
                    #expect(
                        before.history.prefix(same).map(\.loss) == during.history.prefix(same).map(\.loss))
                    #expect(during.history.last!.leaves == during.tree.leaves.count)
                    #expect(during.tree.leaves.count == before.tree.leaves.count - late.count)
                }
                #expect(latePrunings > 0)
            }
        }
    }
}
