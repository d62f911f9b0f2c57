import Foundation
import Spelling

/// A tree as text, one node a line, children below their parent.
public struct TreeText {
    /// A node as it is drawn.
    public struct Node: Equatable, Sendable {
        /// Identity, shown.
        public var id: Int
        /// The parent's id; `nil` for the root.
        public var parent: Int?
        /// The children's ids, left before right; none for a leaf.
        public var children: [Int]
        /// Level, the root's being 0.
        public var depth: Int
        /// Share of the samples in [0, 1], where known.
        public var share: Double?
        /// Share of the most frequent class among the node's samples in [0, 1], where there are labels.
        public var purity: Double?
        /// Name of that class.
        public var majorityClass: String?
        /// Share of other trees that have its split, in [0, 1], where known.
        public var support: Double?
        /// Number of its parameters, where they are to be shown.
        public var parameters: Int?

        /// A node.
        public init(
            id: Int, parent: Int?, children: [Int], depth: Int, share: Double? = nil,
            purity: Double? = nil, majorityClass: String? = nil, parameters: Int? = nil
        ) {
            self.id = id
            self.parent = parent
            self.children = children
            self.depth = depth
            self.share = share
            self.purity = purity
            self.majorityClass = majorityClass
            self.parameters = parameters
        }
    }

    /// The lines that join nodes.
    public enum Style: Sendable {
        /// Box-drawing characters.
        case box
        /// ASCII alone.
        case ascii

        /// What `terminal` can show.
        public init(for terminal: Terminal) { self = terminal.showsUnicode ? .box : .ascii }

        fileprivate var branch: String { self == .box ? "├── " : "|-- " }
        fileprivate var lastBranch: String { self == .box ? "└── " : "`-- " }
        fileprivate var line: String { self == .box ? "│   " : "|   " }
    }

    private let nodes: [Int: Node]
    private let root: Node
    private let style: Style

    /// A drawing of `nodes`.
    /// - Parameters:
    ///   - nodes: A tree: one node without parent, every child in the list once, any order.
    ///   - style: The lines that join nodes.
    public init(_ nodes: [Node], style: Style) {
        self.nodes = Dictionary(uniqueKeysWithValues: nodes.map { ($0.id, $0) })
        let roots = nodes.filter { $0.parent == nil }
        precondition(roots.count == 1, "a tree has one root, not \(roots.count)")
        root = roots[0]
        self.style = style
    }

    /// The drawing, one node a line, columns aligned, with a final newline.
    ///
    /// A line says the node's id, its depth, "leaf" for a leaf, its number of parameters, its share of the
    /// samples in percent, the purity and the most frequent class where known.
    public func render() -> String {
        var rows: [(stem: String, node: Node)] = []
        collect(root, stem: "", below: "", into: &rows)
        let width = rows.map { $0.stem.count + "\($0.node.id)".count }.max() ?? 0
        return rows.map { row in
            let label = "\(row.stem)\(row.node.id)"
            let text = label + String(repeating: " ", count: width - label.count) + columns(of: row.node)
            return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private func collect(
        _ node: Node, stem: String, below: String, into rows: inout [(stem: String, node: Node)]
    ) {
        rows.append((stem, node))
        for (index, id) in node.children.enumerated() {
            guard let child = nodes[id], child.parent == node.id else {
                preconditionFailure("node \(node.id) names child \(id), which is not one of its own")
            }
            let isLast = index == node.children.count - 1
            collect(
                child, stem: below + (isLast ? style.lastBranch : style.branch),
                below: below + (isLast ? "    " : style.line), into: &rows)
        }
    }

    private var parametersWidth: Int {
        nodes.values.compactMap(\.parameters).map { String($0).count }.max() ?? 0
    }

    private func columns(of node: Node) -> String {
        var text = "  depth \(node.depth)  " + (node.children.isEmpty ? "leaf" : "    ")
        if let parameters = node.parameters {
            let number = String(parameters)
            let space = String(repeating: " ", count: max(0, parametersWidth - number.count))
            text += "  \(space)\(number) parameters"
        }
        if let share = node.share { text += String(format: "  %5.1f %%", share * 100) }
        if let purity = node.purity { text += String(format: "  purity %.3f", purity) }
        if let majorityClass = node.majorityClass { text += "  mostly \(majorityClass.printable)" }
        if let support = node.support { text += String(format: "  support %.2f", support) }
        return text
    }
}
