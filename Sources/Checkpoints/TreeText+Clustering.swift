import RunLog
import TreeModel

extension TreeText {
    /// The tree with sizes, and with purities and majority classes where there are labels.
    public init(_ tree: Tree, clustering: Clustering?, classNames: [String], style: Style) {
        self.init(tree.drawn(clustering: clustering, classNames: classNames), style: style)
    }
}

extension Tree {
    /// Every node as it is drawn, in the order of ``nodes``.
    package func drawn(clustering: Clustering?, classNames: [String]) -> [TreeText.Node] {
        nodes.map { node in
            var drawn = TreeText.Node(
                id: node.id, parent: node.parent, children: node.children, depth: node.depth)
            guard let clustering, clustering.sampleCount > 0 else { return drawn }
            let count = clustering.count(below: node.id, in: self)
            drawn.share = Double(count) / Double(clustering.sampleCount)
            if count > 0, let counts = clustering.classCounts(below: node.id, in: self),
                let most = counts.indices.max(by: { counts[$0] < counts[$1] })
            {
                drawn.purity = Double(counts[most]) / Double(count)
                drawn.majorityClass = most < classNames.count ? classNames[most] : String(most)
            }
            return drawn
        }
    }
}
