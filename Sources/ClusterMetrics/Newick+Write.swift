extension Newick {
    /// The text of a tree with its names and branch lengths, ending in `;`. Names that need it are quoted.
    ///
    /// - Parameter comment: a comment for a node, without its brackets, or nil for none.
    public static func write(_ hierarchy: Hierarchy, comment: (Int) -> String? = { _ in nil }) -> String {
        var text = ""
        // An explicit path, as deep trees would overflow the stack: (node, index of its next child).
        var path = [(node: hierarchy.root, next: 0)]
        while let (node, next) = path.last {
            let children = hierarchy.children[node]
            if next < children.count {
                text += next == 0 ? "(" : ","
                path[path.count - 1].next += 1
                path.append((children[next], 0))
            } else {
                if !children.isEmpty { text += ")" }
                if let name = hierarchy.names[node] { text += quotedIfNeeded(name) }
                if let length = hierarchy.branchLengths[node] { text += ":\(length)" }
                if let comment = comment(node) { text += "[\(comment)]" }
                path.removeLast()
            }
        }
        return text + ";"
    }

    private static func quotedIfNeeded(_ name: String) -> String {
        let bare = !name.isEmpty && !name.utf8.contains { isBlank($0) || isSpecial($0) }
        return bare
            ? name
            : "'" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
