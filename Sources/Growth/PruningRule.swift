import Topology
import TreeModel

/// Which leaf is removed before fine-tuning: the one with the fewest samples, if these are too few.
public struct PruningRule: Sendable {
    /// A leaf with a smaller share of the (hard) assignments is removed.
    public var minimumShare: Double

    /// A rule of pruning.
    public init(minimumShare: Double) {
        self.minimumShare = minimumShare
    }

    /// The leaf to remove next, or nil if all are large enough.
    ///
    /// Leaves are removed one at a time: the samples of a removed leaf go to its sibling's side.
    ///
    /// - Parameter counts: samples whose most probable leaf it is, by leaf in breadth-first order.
    public func leafToRemove(tree: Tree, counts: [Int]) -> Int? {
        let total = counts.reduce(0, +)
        guard let (leaf, count) = zip(tree.leaves, counts).min(by: { $0.1 < $1.1 }) else { return nil }
        return Double(count) < minimumShare * Double(total) ? leaf : nil
    }
}
