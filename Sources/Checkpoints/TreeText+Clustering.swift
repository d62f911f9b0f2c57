import RunLog
import Topology
import TreeModel

extension TreeText {
    /// The tree with sizes, and with purities and majority classes where there are labels.
    public init(_ tree: Tree, clustering: Clustering?, classNames: [String], style: Style) {
        self.init(tree.drawn(clustering: clustering, classNames: classNames), style: style)
    }
}

extension Tree {
    /// The nodes as they are drawn: ``drawnNodes``.
    package func drawn(clustering: Clustering?, classNames: [String]) -> [TreeText.Node] {
        drawnNodes.map { described($0, clustering: clustering, classNames: classNames) }
    }

    /// A node with its share of the samples, and what most of them are.
    package func described(_ node: Node, clustering: Clustering?, classNames: [String]) -> TreeText.Node {
        var described = TreeText.Node(
            id: node.id, parent: node.parent, children: node.children, depth: node.depth)
        guard let clustering, clustering.sampleCount > 0 else { return described }
        let count = clustering.count(below: node.id, in: self)
        described.share = Double(count) / Double(clustering.sampleCount)
        if count > 0, let counts = clustering.classCounts(below: node.id, in: self),
            let most = counts.indices.max(by: { counts[$0] < counts[$1] })
        {
            described.purity = Double(counts[most]) / Double(count)
            described.majorityClass = most < classNames.count ? classNames[most] : String(most)
        }
        return described
    }
}
