import Store
import TreeModel

/// Assignments as HDF5: one data set a column, one row a sample (docs/result-formats.md).
final class AssignmentHDF5: AssignmentFile {
    static let format = "treevae-dist assignments"
    static let version = 1

    private let file: HDF5File
    private let table: AssignmentTable
    private let root: HDF5Group

    init(_ path: String, _ table: AssignmentTable) throws {
        self.table = table
        file = try HDF5File.create(path)
        root = try file.root
        let count = table.dataset.count
        try root.setAttribute("format", to: Self.format)
        try root.setAttribute("format_version", to: Self.version)
        try root.setAttribute("dataset", to: table.dataset.name)
        try root.setAttribute("count", to: count)
        if !table.classNames.isEmpty { try root.setAttribute("class_names", to: table.classNames) }
        try root.createGroup("tree").write(table.tree)
        _ = try root.createTextDataset("sample", count: count, width: table.sampleWidth, deflate: 4)
        _ = try root.createTextDataset(
            "path", count: count, width: table.paths.map(\.utf8.count).max() ?? 1, deflate: 4)
        for name in ["leaf"] + (table.clusters == nil ? [] : ["cluster"])
            + (table.dataset.labels == nil ? [] : ["label"])
        {
            _ = try root.createDataset(name, of: Int32.self, shape: [count], deflate: 4)
        }
        _ = try root.createDataset(
            "probability", of: Float.self, shape: [count, table.tree.nodes.count], deflate: 4)
        for latent in table.latents {
            _ = try root.createDataset(
                "z/" + nodeName(latent.node), of: Float.self, shape: [count, latent.size])
        }
        if table.contents.elbo { _ = try root.createDataset("elbo", of: Float.self, shape: [count]) }
    }

    func append(_ rows: AssignedRows) throws {
        let leaves = rows.leafIndices
        try root.dataset("sample").write(texts: rows.rows.map(table.sample), rows: rows.rows)
        try root.dataset("path").write(texts: leaves.map { table.paths[$0] }, rows: rows.rows)
        try root.append(leaves.map { Int32(table.leaves[$0]) }, to: "leaf", rows.rows)
        if let clusters = table.clusters {
            try root.append(leaves.map { Int32(clusters[$0]) }, to: "cluster", rows.rows)
        }
        if let labels = table.dataset.labels {
            try root.append(Array(labels[rows.rows]), to: "label", rows.rows)
        }
        try root.append(rows.probabilities, to: "probability", rows.rows)
        for (index, latent) in table.latents.enumerated() {
            try root.append(rows.latents(index), to: "z/" + nodeName(latent.node), rows.rows)
        }
        if table.contents.elbo { try root.append(rows.elbos, to: "elbo", rows.rows) }
    }

    func close() throws { try file.close() }
}

extension AssignmentTable {
    /// Bytes of the longest name of a sample.
    var sampleWidth: Int { (0..<dataset.count).reduce(1) { max($0, sample($1).utf8.count) } }
}

extension HDF5Group {
    /// Writes rows of a data set in this group.
    func append<Element: HDF5Scalar>(_ values: [Element], to name: String, _ rows: Range<Int>) throws {
        let dataset = try dataset(name)
        try values.withUnsafeBufferPointer { try dataset.write($0, rows: rows) }
    }
}
