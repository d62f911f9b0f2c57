import Testing
import Topology
import TreeModel

@testable import Growth

@Suite struct GrowthRuleTests {
    private let rule = GrowthRule(
        maximumLeaves: 10, maximumDepth: 3, effectiveShare: 0.01, minimumSamples: 256)

    /// Leaves 3, 4 (depth 2) and 2 (depth 1); breadth first: 2, 3, 4.
    private var threeLeaves: Tree {
        var tree = Tree()
        _ = tree.split(1)
        return tree
    }

    @Test func leavesAreEffectiveFromOnePercentOn() {
        #expect(rule.effectiveLeaves(shares: [0.5, 0.47, 0.01, 0.0099999, 0.0]) == 3)
        #expect(rule.effectiveLeaves(shares: []) == 0)
    }

    @Test func thresholdIsOneOverLeavesButAtMostAHalf() {
        #expect(rule.threshold(effectiveLeaves: 0) == 0.5)
        #expect(rule.threshold(effectiveLeaves: 1) == 0.5)
        #expect(rule.threshold(effectiveLeaves: 2) == 0.5)
        #expect(rule.threshold(effectiveLeaves: 3) == 1.0 / 3)
        #expect(rule.threshold(effectiveLeaves: 10) == 0.1)
    }

    @Test func theLeafWithTheMostSamplesSplits() {
        #expect(threeLeaves.leaves == [2, 3, 4])
        #expect(
            rule.decide(tree: threeLeaves, members: [300, 500, 400], effectiveLeaves: 3) == .split(leaf: 3))
        #expect(
            rule.decide(tree: threeLeaves, members: [501, 500, 400], effectiveLeaves: 3) == .split(leaf: 2))
        #expect(rule.decide(tree: threeLeaves, members: [0, 0, 256], effectiveLeaves: 3) == .split(leaf: 4))
    }

    @Test func equalCountsGoToTheFirstBreadthFirst() {
        #expect(
            rule.decide(tree: threeLeaves, members: [400, 400, 400], effectiveLeaves: 3) == .split(leaf: 2))
        #expect(
            rule.decide(tree: threeLeaves, members: [300, 400, 400], effectiveLeaves: 3) == .split(leaf: 3))
    }

    @Test func smallLeavesAreNotSplit() {
        #expect(
            rule.decide(tree: threeLeaves, members: [255, 0, 254], effectiveLeaves: 3)
                == .end(.leavesTooSmall))
    }

    @Test func enoughEffectiveLeavesEndGrowth() {
        for effective in [10, 11] {
            #expect(
                rule.decide(tree: threeLeaves, members: [300, 500, 400], effectiveLeaves: effective)
                    == .end(.enoughLeaves(effective)))
        }
        // A leaf that is not effective does not count, however many there are.
        #expect(
            rule.decide(tree: threeLeaves, members: [300, 500, 400], effectiveLeaves: 9) == .split(leaf: 3))
    }

    /// As in the reference, growth then stops altogether: the next leaf is not tried.
    @Test func theLargestLeafAtFullDepthEndsGrowth() {
        var shallow = rule
        shallow.maximumDepth = 2
        #expect(
            shallow.decide(tree: threeLeaves, members: [300, 500, 400], effectiveLeaves: 3)
                == .end(.leafAtFullDepth(3)))
        #expect(
            shallow.decide(tree: threeLeaves, members: [600, 500, 400], effectiveLeaves: 3) == .split(leaf: 2)
        )
        // Too few samples come first: the leaf is skipped before its depth is looked at.
        #expect(
            shallow.decide(tree: threeLeaves, members: [0, 200, 0], effectiveLeaves: 3)
                == .end(.leavesTooSmall))
    }

    @Test func allLeavesAtFullDepthEndGrowth() {
        var tree = Tree()
        for leaf in 1...6 { _ = tree.split(leaf) }
        #expect(tree.leaves.count == 8 && tree.leaves.allSatisfy { tree.nodes[$0].depth == 3 })
        #expect(
            rule.decide(tree: tree, members: Array(repeating: 300, count: 8), effectiveLeaves: 8)
                == .end(.leafAtFullDepth(7)))
    }

    @Test func fullLeavesArePassedOverIfAsked() {
        var rule = rule
        rule.maximumDepth = 2
        rule.skipsFullLeaves = true
        #expect(
            rule.decide(tree: threeLeaves, members: [300, 500, 400], effectiveLeaves: 3) == .split(leaf: 2))
        #expect(
            rule.decide(tree: threeLeaves, members: [255, 500, 400], effectiveLeaves: 3)
                == .end(.leavesAtFullDepth))
        #expect(
            rule.decide(tree: threeLeaves, members: [1, 2, 3], effectiveLeaves: 3) == .end(.leavesTooSmall))
    }

    @Test func cloudsAreNotSplit() {
        func decide(clouds: Set<Int>, members: [Int] = [300, 500, 400]) -> GrowthRule.Decision {
            rule.decide(tree: threeLeaves, members: members, effectiveLeaves: 3, clouds: clouds)
        }
        #expect(decide(clouds: [3]) == .split(leaf: 4))
        #expect(decide(clouds: [3, 4]) == .split(leaf: 2))
        #expect(decide(clouds: [2, 3, 4]) == .end(.leavesAreClouds))
        #expect(decide(clouds: [3], members: [1, 500, 2]) == .end(.leavesAreClouds))
        #expect(decide(clouds: [3], members: [1, 2, 3]) == .end(.leavesTooSmall))
    }

    @Test func aTreeOfTwoLeavesIsSplitInAnyCase() {
        var rule = rule
        #expect(!rule.looksForClouds(in: threeLeaves))
        rule.mostOverlap = 0.9
        #expect(rule.looksForClouds(in: threeLeaves) && !rule.looksForClouds(in: Tree()))
    }

    @Test func scoresRankLeavesWithEnoughSamples() {
        func decide(_ scores: [Double]) -> GrowthRule.Decision {
            rule.decide(tree: threeLeaves, members: [300, 255, 900], scores: scores, effectiveLeaves: 3)
        }
        #expect(decide([2.5, 9, 2]) == .split(leaf: 2))
        #expect(decide([1, 9, 2]) == .split(leaf: 4))
        #expect(decide([2, 9, 2]) == .split(leaf: 2))
    }

    @Test func endsAreDescribed() {
        #expect(GrowthRule.End.enoughLeaves(10).description == "the tree has 10 effective leaves")
        #expect(GrowthRule.End.leafAtFullDepth(7).description.contains("leaf 7"))
        #expect(!GrowthRule.End.leavesTooSmall.description.isEmpty)
    }
}
