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

    /// A rule of growth.
    public init(maximumLeaves: Int, maximumDepth: Int, effectiveShare: Double, minimumSamples: Int) {
        self.maximumLeaves = maximumLeaves
        self.maximumDepth = maximumDepth
        self.effectiveShare = effectiveShare
        self.minimumSamples = minimumSamples
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
        /// The leaf with the most samples cannot go deeper; the reference then stops altogether.
        case leafAtFullDepth(Int)
        /// Every leaf has too few samples.
        case leavesTooSmall

        public var description: String {
            switch self {
            case .enoughLeaves(let count): "the tree has \(count) effective leaves"
            case .leafAtFullDepth(let leaf): "leaf \(leaf), which has the most samples, is at full depth"
            case .leavesTooSmall: "every leaf has too few samples to split"
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
    ///   - effectiveLeaves: of the present tree.
    public func decide(tree: Tree, members: [Int], effectiveLeaves: Int) -> Decision {
        guard effectiveLeaves < maximumLeaves else { return .end(.enoughLeaves(effectiveLeaves)) }
        let ranked = zip(tree.leaves, members).enumerated().sorted {
            // Equal counts keep breadth-first order, so that every rank and every run decides alike.
            ($1.element.1, $0.offset) < ($0.element.1, $1.offset)
        }.map(\.element)
        guard let (leaf, count) = ranked.first, count >= minimumSamples else { return .end(.leavesTooSmall) }
        guard tree.nodes[leaf].depth < maximumDepth else { return .end(.leafAtFullDepth(leaf)) }
        return .split(leaf: leaf)
    }
}
