/// A hierarchical clustering made elsewhere: a tree with named leaves, a leaf and a label for each sample.
public struct ExternalClustering: Sendable {
    /// The tree; every leaf has a name of its own.
    public let hierarchy: Hierarchy
    /// Samples of each label in each leaf.
    public let table: ContingencyTable

    /// Reads a Newick file, a CSV file with the columns `sample,leaf` and one with `sample,label`.
    ///
    /// - Throws: ``AssignmentError`` with file and line, for whatever cannot be read or does not fit together.
    public init(tree: String, assignments: String, labels: String) throws(AssignmentError) {
        try self.init(
            tree: try textFile(tree), file: tree,
            assignments: SampleColumn(contentsOf: assignments, column: "leaf"),
            labels: SampleColumn(contentsOf: labels, column: "label"))
    }

    /// Joins the three parts; `tree` is the text of `file`.
    ///
    /// - Throws: ``AssignmentError`` if the tree does not parse, its leaves lack distinct names, an assignment
    ///   names no leaf of it, or a sample stands in only one of the two columns.
    public init(
        tree: String, file: String, assignments: SampleColumn, labels: SampleColumn
    ) throws(AssignmentError) {
        do {
            hierarchy = try Newick.parse(tree)
        } catch {
            throw AssignmentError(file: file, reason: "\(error)")
        }

        var leafIndices: [String: Int] = [:]
        for (index, node) in hierarchy.leaves.enumerated() {
            guard let name = hierarchy.names[node] else {
                throw AssignmentError(file: file, reason: "leaf \(index + 1) has no name")
            }
            guard leafIndices.updateValue(index, forKey: name) == nil else {
                throw AssignmentError(file: file, reason: "two leaves are named \"\(name)\"")
            }
        }

        var labelIndices: [String: Int] = [:]
        var labelOfSample: [String: Int] = [:]
        for entry in labels.entries {
            let label = labelIndices[entry.value] ?? labelIndices.count
            labelIndices[entry.value] = label
            labelOfSample[entry.sample] = label
        }

        var table = ContingencyTable(labelCount: labelIndices.count, leafCount: hierarchy.leaves.count)
        var assigned: Set<String> = []
        for entry in assignments.entries {
            guard let leaf = leafIndices[entry.value] else {
                let inner = hierarchy.names.contains(entry.value) ? "an inner node, not a leaf, of" : "not in"
                throw AssignmentError(
                    file: assignments.file, line: entry.line,
                    reason:
                        "leaf \"\(entry.value)\" of sample \"\(entry.sample)\" is \(inner) the tree in \(file)"
                )
            }
            guard let label = labelOfSample[entry.sample] else {
                throw AssignmentError(
                    file: assignments.file, line: entry.line,
                    reason: "sample \"\(entry.sample)\" has no label in \(labels.file)")
            }
            assigned.insert(entry.sample)
            table.add(label: label, leaf: leaf)
        }
        if let missing = labels.entries.first(where: { !assigned.contains($0.sample) }) {
            throw AssignmentError(
                file: labels.file, line: missing.line,
                reason: "sample \"\(missing.sample)\" has no leaf in \(assignments.file)")
        }
        self.table = table
    }

    /// The five metrics.
    public var scores: ClusterScores { ClusterScores(table, over: hierarchy) }
}
