import RunLog
import RunSupport
import TestSupport
import Testing
import Topology
import TreeModel

@testable import Checkpoints

extension CheckpointsTests {
    @Suite struct GrowthReplayTests {
        /// Every checkpoint of a run tells how its tree came about.
        @Test(arguments: [[], ["growth.prune_share=0.2"]]) func recordsLeadToTheTree(_ overrides: [String])
            throws
        {
            try withPictures { directory in
                let outcome = try TinyRun(data: directory + "/data", overrides).run(
                    in: directory + "/run", ranks: 2)
                let out = RunDirectory(directory + "/run")
                for path in out.checkpointsNewestFirst() + [out.model] {
                    let header = try CheckpointReader(path).header
                    let replay = GrowthReplay(header.growth, to: header.tree, growingLeaf: header.growingLeaf)
                    #expect(replay?.steps.last?.tree ?? Tree() == header.tree, "\(path)")
                    let splits = header.growth.count { $0.kind == .split }
                    #expect(splits == header.growthStep + (header.growingLeaf == nil ? 0 : 1), "\(path)")
                    #expect(header.growth.allSatisfy { $0.samples > 0 || $0.kind == .prune })
                    #expect(header.growth.allSatisfy { $0.epochs <= header.history.count })
                }
                let growth = try CheckpointReader(out.model).header.growth
                #expect(growth.contains { $0.kind == .prune } == !overrides.isEmpty)
                #expect(
                    2 + growth.count { $0.kind == .split } - growth.count { $0.kind == .prune }
                        == outcome.tree.leaves.count)
            }
        }

        @Test func recordsOfAnotherTreeAreNotPlayed() {
            var tree = Tree()
            _ = tree.split(2)
            let split = GrowthRecord(kind: .split, leaf: 2, samples: 5, effectiveLeaves: 2, epochs: 3)
            #expect(GrowthReplay([split], to: tree, growingLeaf: nil)?.steps.map(\.tree) == [tree])
            #expect(GrowthReplay([], to: tree, growingLeaf: nil) == nil)
            #expect(GrowthReplay([split, split], to: tree, growingLeaf: nil) == nil)
            #expect(GrowthReplay([split, split], to: tree, growingLeaf: 2)?.steps.count == 1)
        }
    }
}
