import RunLog

/// A tree on its way: after a leaf was split or pruned, or at the start.
public struct GrowthStep: Codable, Equatable, Sendable {
    /// What made it; nil for the start.
    public var record: GrowthRecord?
    /// The children of each of its nodes, left before right.
    public var children: [[Int]]
    /// Its nodes that are new.
    public var new: [Int]

    /// A step.
    public init(record: GrowthRecord?, children: [[Int]], new: [Int]) {
        self.record = record
        self.children = children
        self.new = new
    }
}
