import RunLog
import TreeModel

extension TreeText {
    /// The tree with sizes, and with purities and majority classes where there are labels.
    public init(_ tree: Tree, clustering: Clustering?, classNames: [String], style: Style) {
        self.init(
            tree.nodes.map { node in
                var drawn = TreeText.Node(
                    id: node.id, parent: node.parent, children: node.children, depth: node.depth, share: nil, purity: nil,
                    majorityClass: nil)
                guard let clustering, clustering.sampleCount > 0 else { return drawn }
                let count = clustering.count(below: node.id, in: tree)
                drawn.share = Double(count) / Double(clustering.sampleCount)
                if count > 0, let counts = clustering.classCounts(below: node.id, in: tree),
                    let most = counts.indices.max(by: { counts[$0] < counts[$1] })
                {
                    drawn.purity = Double(counts[most]) / Double(count)
                    drawn.majorityClass = most < classNames.count ? classNames[most] : String(most)
                }
                return drawn
            }, style: style)
    }
}
