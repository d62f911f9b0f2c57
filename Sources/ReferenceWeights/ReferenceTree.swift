import Checkpoints
import ClusterMetrics
import Datasets
import Files
import Topology
import TreeModel

/// A topology as the authors' PyTorch implementation numbers it: breadth first. So the parents of all nodes but the
/// root say everything.
public struct ReferenceTree: Sendable, Equatable {
    /// The same tree, its nodes breadth first. An only child is a left one.
    public let tree: Tree

    /// A tree from the parents of the nodes 1, 2, …; 0 is the root.
    /// - Parameter place: what an error names.
    /// - Throws: ``TrainingError`` where they are no such tree.
    public init(parents: [Int], place: String) throws(TrainingError) {
        func fail(_ problem: String) -> TrainingError { TrainingError("\(place): \(problem)") }
        guard !parents.isEmpty else { throw fail("a root alone is no tree of the reference") }
        var left = Array(repeating: -1, count: parents.count + 1)
        var right = left
        for (index, parent) in parents.enumerated() {
            let node = index + 1
            guard (0..<node).contains(parent) else {
                throw fail("node \(node) has the parent \(parent), which does not come before it")
            }
            guard index == 0 || parents[index - 1] <= parent else {
                throw fail(
                    "nodes \(node - 1) and \(node) have the parents \(parents[index - 1]) and \(parent): ids must be "
                        + "breadth first")
            }
            guard right[parent] < 0 else { throw fail("node \(parent) has more than two children") }
            if left[parent] < 0 { left[parent] = node } else { right[parent] = node }
        }
        guard let tree = Tree(parent: [-1] + parents, left: left, right: right) else {
            throw fail("it is no binary tree")
        }
        self.tree = tree
    }

    /// A tree, with its nodes numbered breadth first.
    package init(_ tree: Tree) {
        let order = tree.breadthFirst
        let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        do {
            try self.init(
                parents: order.dropFirst().map { place[tree.nodes[$0].parent!]! }, place: "the model")
        } catch {
            preconditionFailure("a tree is a tree: \(error)")
        }
    }

    /// Reads the rows that the reference saves beside its weights, `data_tree.npy`, or a tree in Newick's format, whose
    /// first children are left ones.
    /// - Parameter path: the former if it ends in `.npy`.
    /// - Throws: ``TrainingError``, `DatasetError` or `StoreError`.
    public init(contentsOf path: String) throws {
        if path.hasSuffix(".npy") {
            try self.init(rows: NumpyTexts(path).rows, place: path)
        } else {
            let file = try FileReader(path)
            let text = String(decoding: try file.bytes(0..<file.count), as: UTF8.self)
            try self.init(newick: text, place: path)
        }
    }

    /// A tree from the numbers of its nodes' parents: `0,0,1,1`.
    public init(list: String, place: String) throws(TrainingError) {
        let parts = list.split { $0 == "," || $0 == " " }
        let parents = parts.compactMap { Int($0) }
        guard parents.count == parts.count else {
            throw TrainingError(
                "\(place): '\(list)' is no list of the parents of nodes 1, 2, …, such as 0,0,1,1")
        }
        try self.init(parents: parents, place: place)
    }

    /// The parents of the nodes 1, 2, …, as a list that is read again.
    package var list: String { tree.nodes.dropFirst().map { String($0.parent!) }.joined(separator: ",") }

    private init(newick text: String, place: String) throws {
        let hierarchy: Hierarchy
        do {
            hierarchy = try Newick.parse(text)
        } catch {
            throw TrainingError("\(place): \(error)")
        }
        var order = [hierarchy.root]
        var parents: [Int] = []
        var next = 0
        while next < order.count {
            for child in hierarchy.children[order[next]] {
                order.append(child)
                parents.append(next)
            }
            next += 1
        }
        try self.init(parents: parents, place: place)
    }

    // MARK: data_tree.npy

    /// Rows of an id, a label, the parent's id and 10 for an inner node or 1 for a leaf.
    private init(rows: [[String]], place: String) throws(TrainingError) {
        func fail(_ row: Int, _ problem: String) -> TrainingError {
            TrainingError("\(place), row \(row): \(problem)")
        }
        var parents: [Int] = []
        for (row, values) in rows.enumerated() {
            guard values.count == 4 else {
                throw fail(row, "it has \(values.count) columns, expected are id, label, parent and kind")
            }
            guard Int(values[0]) == row else {
                throw fail(row, "its id is '\(values[0])': ids are 0, 1, 2, …, breadth first")
            }
            guard row > 0 else { continue }
            guard let parent = Int(values[2]) else { throw fail(row, "its parent is '\(values[2])'") }
            parents.append(parent)
        }
        try self.init(parents: parents, place: place)
        for node in tree.nodes {
            let kind = node.isLeaf ? "1" : "10"
            guard rows[node.id][3] == kind else {
                throw fail(
                    node.id,
                    "its kind is '\(rows[node.id][3])', but it has \(node.children.count) children: expected \(kind)"
                )
            }
        }
    }

    /// The rows that describe the tree; what is known of the leaves is their label, as in the reference.
    ///
    /// - Parameter leafLabels: of the leaves, breadth first.
    package func rows(leafLabels: [String]) -> [[String]] {
        var rest = leafLabels[...]
        return tree.nodes.map { node in
            [
                String(node.id), node.isLeaf ? rest.removeFirst() : String(node.id),
                node.parent.map(String.init) ?? "None", node.isLeaf ? "1" : "10",
            ]
        }
    }
}
