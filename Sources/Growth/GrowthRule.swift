import Topology
import TreeModel

/// Which leaf splits next, and when growth ends (paper 2.5, with the constants of the reference code).
public struct GrowthRule: Sendable {
    /// Growth ends at this many effective leaves.
    public var maximumLeaves: Int
    /// No leaf at this depth is split.
    public var maximumDepth: Int
    /// Share of all samples that makes a leaf effective.
    public var effectiveShare: Double
    /// A leaf with fewer samples is not split.
    public var minimumSamples: Int
    /// Whether a leaf that cannot go deeper is passed over; the references then end growth.
    public var skipsFullLeaves: Bool

    /// A leaf whose two groups share more of its latents is one cloud; see ``GaussianMixture/overlap``.
    public var mostOverlap: Double

    /// Leaves of a tree from which on a leaf that is one cloud is not split: a tree of fewer tells nothing.
    private static var leastLeaves: Int { 3 }

    /// Whether a leaf of the tree must be looked at before it is split: it may be one cloud.
    public func looksForClouds(in tree: Tree) -> Bool {
        mostOverlap < 1 && tree.leaves.count >= Self.leastLeaves
    }

    /// A rule of growth.
    public init(
        maximumLeaves: Int, maximumDepth: Int, effectiveShare: Double, minimumSamples: Int,
        skipsFullLeaves: Bool = false, mostOverlap: Double = 1
    ) {
        self.maximumLeaves = maximumLeaves
        self.maximumDepth = maximumDepth
        self.effectiveShare = effectiveShare
        self.minimumSamples = minimumSamples
        self.skipsFullLeaves = skipsFullLeaves
        self.mostOverlap = mostOverlap
    }

    /// Number of leaves whose share of the (soft) assignments is at least ``effectiveShare``.
    ///
    /// - Parameter shares: by leaf, mean probability over all samples.
    public func effectiveLeaves(shares: [Double]) -> Int {
        shares.count { $0 >= effectiveShare }
    }

    /// The probability from which on a sample belongs to a leaf's subset: `min(1 / effective leaves, ½)`.
    public func threshold(effectiveLeaves: Int) -> Double {
        min(1 / Double(max(1, effectiveLeaves)), 0.5)
    }

    /// Why growth ended.
    public enum End: Equatable, Sendable, CustomStringConvertible {
        /// As many effective leaves as asked for.
        case enoughLeaves(Int)
        /// The leaf that should split cannot go deeper; the reference then stops altogether.
        case leafAtFullDepth(Int)
        /// No leaf with enough samples can go deeper.
        case leavesAtFullDepth
        /// Every leaf has too few samples.
        case leavesTooSmall
        /// Every leaf with enough samples is one cloud.
        case leavesAreClouds

        public var description: String {
            switch self {
            case .enoughLeaves(let count): "the tree has \(count) effective leaves"
            case .leafAtFullDepth(let leaf): "leaf \(leaf), which is the one to split, is at full depth"
            case .leavesAtFullDepth: "every leaf with enough samples to split is at full depth"
            case .leavesTooSmall: "every leaf has too few samples to split"
            case .leavesAreClouds: "every leaf with enough samples to split is one cloud"
            }
        }
    }

    /// What to do next.
    public enum Decision: Equatable, Sendable {
        /// Split this leaf.
        case split(leaf: Int)
        /// Grow no more.
        case end(End)
    }

    /// The next growth step.
    ///
    /// - Parameters:
    ///   - members: samples in each leaf's subset, by leaf in breadth-first order.
    ///   - scores: what ranks the leaves, the largest first; their members without.
    ///   - effectiveLeaves: of the present tree.
    ///   - clouds: leaves that are not to be split.
    public func decide(
        tree: Tree, members: [Int], scores: [Double]? = nil, effectiveLeaves: Int, clouds: Set<Int> = []
    ) -> Decision {
        guard effectiveLeaves < maximumLeaves else { return .end(.enoughLeaves(effectiveLeaves)) }
        let scores = scores ?? members.map(Double.init)
        let leaves = tree.leaves
        let ranked = leaves.indices.filter { members[$0] >= minimumSamples }.sorted {
            // Equal scores keep breadth-first order, so that every rank and every run decides alike.
            (scores[$1], $0) < (scores[$0], $1)
        }.map { leaves[$0] }
        guard !ranked.isEmpty else { return .end(.leavesTooSmall) }
        let divisible = ranked.filter { !clouds.contains($0) }
        guard let first = divisible.first else { return .end(.leavesAreClouds) }
        if let leaf = divisible.first(where: { tree.nodes[$0].depth < maximumDepth }),
            leaf == first || skipsFullLeaves
        {
            return .split(leaf: leaf)
        }
        return .end(skipsFullLeaves ? .leavesAtFullDepth : .leafAtFullDepth(first))
    }
}
