/// A rooted tree over leaves, of any arity; nodes with a single child are allowed.
///
/// Leaf `k` of a ``ContingencyTable`` is node `leaves[k]` here.
public struct Hierarchy: Sendable, Equatable {
    /// The parent of each node, nil for the root.
    public let parents: [Int?]
    /// The children of each node, in order.
    public let children: [[Int]]
    /// Nodes without children, in the order of their numbers unless given otherwise.
    public let leaves: [Int]
    /// All nodes, each after its parent.
    public let parentsFirst: [Int]
    /// A name for each node, where it has one.
    public let names: [String?]
    /// The length of the branch above each node, where it is known.
    public let branchLengths: [Double?]

    /// Checks that the parents form one tree.
    ///
    /// - Parameters:
    ///   - parents: the parent of each node, nil for the root; a parent may come after its child.
    ///   - leaves: the nodes without children in the order of the columns of tables, each exactly once; in
    ///     the order of their numbers if not given.
    ///   - names: a name for each node, or none at all.
    ///   - branchLengths: the length of the branch above each node, or none at all.
    /// - Throws: ``HierarchyError`` if there is not one root, a parent does not exist, nodes form a cycle, or
    ///   `leaves` are not the nodes without children.
    public init(
        parents: [Int?], leaves: [Int]? = nil, names: [String?]? = nil, branchLengths: [Double?]? = nil
    ) throws(HierarchyError) {
        precondition(names.map { $0.count == parents.count } ?? true, "one name for each node")
        precondition(branchLengths.map { $0.count == parents.count } ?? true, "one length for each node")

        var children = [[Int]](repeating: [], count: parents.count)
        var roots: [Int] = []
        for (node, parent) in parents.enumerated() {
            guard let parent else {
                roots.append(node)
                continue
            }
            guard parents.indices.contains(parent) else { throw .missingParent(node: node, parent: parent) }
            children[parent].append(node)
        }
        guard roots.count == 1 else { throw .notOneRoot(roots) }

        var order = roots
        order.reserveCapacity(parents.count)
        var next = 0
        while next < order.count {
            order.append(contentsOf: children[order[next]])
            next += 1
        }
        if order.count < parents.count {
            let reached = Set(order)
            throw .cycle(parents.indices.filter { !reached.contains($0) })
        }

        let childless = parents.indices.filter { children[$0].isEmpty }
        if let leaves, leaves.sorted() != childless {
            throw .wrongLeaves(given: leaves, childless: childless)
        }

        self.parents = parents
        self.children = children
        self.leaves = leaves ?? childless
        self.names = names ?? Array(repeating: nil, count: parents.count)
        self.branchLengths = branchLengths ?? Array(repeating: nil, count: parents.count)
        parentsFirst = order
    }

    /// The node without a parent.
    public var root: Int { parentsFirst[0] }
}
