import Checkpoints
import Store
import TreeModel

/// Assignments as HDF5: one data set a column, one row a sample (docs/result-formats.md).
final class LeafAssignmentHDF5: LeafAssignmentFile {
    static let format = "treevae-dist assignments"
    static let version = 1

    private let file: HDF5File
    private let table: LeafAssignmentTable
    private let columns: StoredColumns

    init(_ path: String, _ table: LeafAssignmentTable) throws {
        self.table = table
        file = try HDF5File.create(path)
        let root = try file.root
        columns = StoredColumns(root)
        let count = table.dataset.count
        try root.setAttribute("format", to: Self.format)
        try root.setAttribute("format_version", to: Self.version)
        try root.setAttribute("dataset", to: table.dataset.name)
        try root.setAttribute("count", to: count)
        if !table.classNames.isEmpty { try root.setAttribute("class_names", to: table.classNames) }
        try root.createGroup("tree").write(table.tree)
        try columns.createTexts("sample", count: count, width: table.sampleWidth)
        try columns.createTexts("path", count: count, width: table.paths.map(\.utf8.count).max() ?? 1)
        try columns.create("leaf", of: Int32.self, shape: [count], deflate: 4)
        if table.clusters != nil { try columns.create("cluster", of: Int32.self, shape: [count], deflate: 4) }
        if table.dataset.labels != nil {
            try columns.create("label", of: Int32.self, shape: [count], deflate: 4)
        }
        try columns.create(
            "probability", of: Float.self, shape: [count, table.tree.nodes.count], deflate: 4)
        for latent in table.latents {
            try columns.create("z/" + nodeName(latent.node), of: Float.self, shape: [count, latent.size])
        }
        if table.contents.elbo { try columns.create("elbo", of: Float.self, shape: [count]) }
    }

    func append(_ rows: AssignedRows) throws {
        let leaves = rows.leafIndices
        try columns.write(texts: rows.rows.map(table.sample), to: "sample", rows: rows.rows)
        try columns.write(texts: leaves.map { table.paths[$0] }, to: "path", rows: rows.rows)
        try columns.write(leaves.map { Int32(table.leaves[$0]) }, to: "leaf", rows: rows.rows)
        if let clusters = table.clusters {
            try columns.write(leaves.map { Int32(clusters[$0]) }, to: "cluster", rows: rows.rows)
        }
        if let labels = table.dataset.labels {
            try columns.write(Array(labels[rows.rows]), to: "label", rows: rows.rows)
        }
        try columns.write(rows.probabilities, to: "probability", rows: rows.rows)
        for (index, latent) in table.latents.enumerated() {
            try columns.write(rows.latents(index), to: "z/" + nodeName(latent.node), rows: rows.rows)
        }
        if table.contents.elbo { try columns.write(rows.elbos, to: "elbo", rows: rows.rows) }
    }

    func close() throws { try file.close() }
}

extension LeafAssignmentTable {
    /// Bytes of the longest name of a sample.
    var sampleWidth: Int { (0..<dataset.count).reduce(1) { max($0, sample($1).utf8.count) } }
}
