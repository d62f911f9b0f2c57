import ClusterMetrics
import Files
import Store

/// Assignments as text (RFC 4180): a header, one line a sample.
///
/// Columns: `sample,leaf,path`, `cluster` after a cut, `label` where there are labels, `probability_N` of every
/// node, `z_N_D` of embeddings, `elbo`. `treevae-dist score` takes such a file for assignments and for labels.
final class LeafAssignmentCSV: LeafAssignmentFile {
    private let file: FileWriter
    private let table: LeafAssignmentTable

    init(_ path: String, _ table: LeafAssignmentTable) throws {
        self.table = table
        file = try FileWriter(path)
        var header = ["sample", "leaf", "path"]
        if table.clusters != nil { header.append("cluster") }
        if table.dataset.labels != nil { header.append("label") }
        header += table.tree.nodes.map { "probability_\($0.id)" }
        for latent in table.latents { header += (0..<latent.size).map { "z_\(latent.node)_\($0)" } }
        if table.contents.elbo { header.append("elbo") }
        try file.append(Array((header.joined(separator: ",") + "\n").utf8))
    }

    func append(_ rows: AssignedRows) throws {
        var text = ""
        for (index, row) in rows.rows.enumerated() {
            let values = rows.values[index * table.width..<(index + 1) * table.width]
            let leaf = Int(values[values.startIndex])
            text += csvField(table.sample(row)) + ",\(table.leaves[leaf]),\(table.paths[leaf])"
            if let clusters = table.clusters { text += ",\(clusters[leaf])" }
            if let label = table.label(row) { text += "," + csvField(label) }
            for value in values.dropFirst() { text += ",\(value)" }
            text += "\n"
        }
        try file.append(Array(text.utf8))
    }

    func close() throws { try file.close() }
}
