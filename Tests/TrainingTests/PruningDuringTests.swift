import Files
import RunLog
import RunSupport
import TestSupport
import Testing

@testable import Checkpoints

extension TrainingTests {
    @Suite struct PruningDuringTests {
        /// Leaves that are large enough when growth ends, and not all when fine-tuning does.
        static let overrides = [
            "growth.prune_when=during", "growth.prune_share=0.12", "training.epochs.finetune=8",
            "schedule.drop_every.finetune=100", "optimizer.learning_rate=0.03",
        ]

        /// A share that is raised in the middle of fine-tuning makes leaves too small then.
        @Test(arguments: ["before", "during"]) func noFinishedLeafIsSmall(when: String) throws {
            try withPictures { directory in
                let run = TinyRun(
                    data: directory + "/data",
                    Self.overrides + ["growth.prune_share=0", "growth.prune_when=\(when)"])
                let whole = try run.run(in: directory + "/whole", ranks: 1)
                try #require(whole.tree.leaves.count == 4)
                let first = try #require(
                    try RunDirectory(directory + "/whole").checkpointsNewestFirst().last {
                        try CheckpointReader($0).header.phaseName == "finetune"
                    })
                let target = RunDirectory(directory + "/resumed")
                _ = try target.take()
                try copyFile(
                    first, to: Directory.join(target.checkpoints, Directory.lastComponent(of: first)))
                let resumed = try run.run(
                    in: target.path, ranks: 2, resumes: true, with: ["growth.prune_share=0.3"])
                let late = resumed.growth.filter { $0.kind == .prune }
                if when == "before" {
                    #expect(late.isEmpty && resumed.tree == whole.tree)
                } else {
                    #expect(!late.isEmpty && resumed.tree.leaves.count == 4 - late.count)
                    #expect(resumed.history.last!.leaves == resumed.tree.leaves.count)
                    // Three leaves of 0.3 each are the most there can be.
                    #expect(resumed.tree.leaves.count <= 3)
                }
            }
        }
    }
}
