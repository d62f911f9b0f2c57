import ClusterMetrics
import Foundation
import Topology
import TreeModel

/// A tree with the sizes of its nodes, for other tools: Newick, SciPy's linkage, Graphviz, JSON.
///
/// The height of a split is its place in the order of growth, 1 for the last split; leaves have height 0. So
/// SciPy's `fcluster(linkage, k, "maxclust")` gives the same flat clusters as ``TreeModel/Tree/cut(into:)``.
public struct TreeExport {
    private let tree: Tree
    private let clustering: Clustering?
    private let classNames: [String]
    private let support: [Int: Double]

    /// A tree, and how samples fall into its leaves where that is known.
    ///
    /// - Parameter support: by node, the share of other trees that have its split.
    public init(
        _ tree: Tree, clustering: Clustering? = nil, classNames: [String] = [], support: [Int: Double] = [:]
    ) {
        self.tree = tree
        self.clustering = clustering
        self.classNames = classNames
        self.support = support
    }

    /// Names are identifiers of nodes, branch lengths differences of heights. `[&&NHX:samples=N:B=S]` behind a node says
    /// how many samples are in it and, as per cent, what support its split has.
    public var newick: String {
        let heights = tree.mergeHeights
        let nodes = tree.drawnNodes
        let places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.id, $0) })
        do {
            let hierarchy = try Hierarchy(
                parents: nodes.map { $0.parent.map { places[$0]! } }, leaves: tree.leaves.map { places[$0]! },
                names: nodes.map { String($0.id) },
                branchLengths: nodes.map { node in
                    node.parent.map { Double(heights[$0] - heights[node.id]) }
                })
            return Newick.write(hierarchy) { place in
                let node = nodes[place].id
                let tags = [
                    clustering.map { "samples=\($0.count(below: node, in: tree))" },
                    support[node].map { String(format: "B=%.0f", 100 * $0) },
                ].compactMap(\.self)
                return tags.isEmpty ? nil : "&&NHX:" + tags.joined(separator: ":")
            }
        } catch {
            preconditionFailure("a tree is a hierarchy: \(error)")
        }
    }

    /// SciPy's linkage matrix over the leaves, breadth first: in each line the two clusters that merge, the height, and
    /// the number of leaves in the new cluster. `numpy.loadtxt` reads it; comments say which leaves and how many
    /// samples.
    ///
    /// - Throws: ``TrainingError`` for a tree with a single leaf, which has no merges.
    public func linkage() throws -> String {
        guard tree.leaves.count > 1 else {
            throw TrainingError("the tree has a single leaf, \(tree.leaves[0]): there is nothing to link")
        }
        var text = "# leaves: " + tree.leaves.map(String.init).joined(separator: " ") + "\n"
        if let clustering {
            text += "# samples: " + clustering.leafCounts.map(String.init).joined(separator: " ") + "\n"
        }
        var cluster = Dictionary(uniqueKeysWithValues: tree.leaves.enumerated().map { ($1, $0) })
        var sizes = Array(repeating: 1, count: tree.leaves.count)
        for (index, node) in tree.splitsInOrderOfGrowth.reversed().enumerated() {
            let merged = tree.nodes[node].children.map { cluster[tree.settled($0)]! }
            sizes.append(merged.reduce(0) { $0 + sizes[$1] })
            cluster[node] = tree.leaves.count + index
            text += "\(merged[0]) \(merged[1]) \(index + 1) \(sizes.last!)\n"
        }
        return text
    }

    /// A directed graph for Graphviz, root at the top, leaves as boxes.
    public var dot: String {
        var text = "digraph treevae {\n  node [shape=ellipse];\n"
        for drawn in tree.drawn(clustering: clustering, classNames: classNames) {
            var lines = [String(drawn.id)]
            if let share = drawn.share { lines.append(String(format: "%.1f %%", share * 100)) }
            if let purity = drawn.purity, let name = drawn.majorityClass {
                lines.append("\(name) \(String(format: "%.3f", purity))")
            }
            let label = lines.joined(separator: "\n").replacing("\\", with: "\\\\").replacing(
                "\"", with: "\\\""
            )
            .replacing("\n", with: "\\n")
            text += "  \(drawn.id) [label=\"\(label)\"\(drawn.children.isEmpty ? ", shape=box" : "")];\n"
        }
        for node in tree.drawnNodes {
            for child in node.children {
                text += "  \(node.id) -> \(child) [label=\"\(node.left == child ? "left" : "right")\"];\n"
            }
        }
        return text + "}\n"
    }

    /// One object a node, children inside their parent, as d3's hierarchies want them.
    public struct Node: Encodable, Sendable {
        package let id: Int
        package let depth: Int
        package let height: Int
        package let samples: Int?
        package let share: Double?
        package let purity: Double?
        let majorityClass: String?
        /// Samples of each class, by name.
        package let classes: [String: Int]?
        package let children: [Node]?

        enum CodingKeys: String, CodingKey {
            case id, depth, height, samples, share, purity, classes, children
            case majorityClass = "majority_class"
        }
    }

    /// The root, with everything below it.
    public var root: Node {
        let heights = tree.mergeHeights
        let names = (0..<(clustering?.table?.labelCount ?? 0)).map {
            $0 < classNames.count ? classNames[$0] : String($0)
        }
        var nodes: [Int: Node] = [:]
        for node in tree.drawnNodes.reversed() {
            let described = tree.described(node, clustering: clustering, classNames: classNames)
            nodes[node.id] = Node(
                id: node.id, depth: node.depth, height: heights[node.id],
                samples: clustering?.count(below: node.id, in: tree), share: described.share,
                purity: described.purity, majorityClass: described.majorityClass,
                classes: clustering?.classCounts(below: node.id, in: tree).map { counts in
                    Dictionary(zip(names, counts), uniquingKeysWith: +)
                }, children: node.isLeaf ? nil : node.children.compactMap { nodes[$0] })
        }
        return nodes[0]!
    }
}
