import Checkpoints
import Store
import TreeModel

/// Assignments as an AnnData file: `obs['treevae_leaf']`, `obsm['X_treevae']`, the tree in `uns['treevae']`.
///
/// The layout is that of the on-disk format of anndata 0.8 and later
/// (https://anndata.readthedocs.io/en/latest/fileformat-prose.html). There are no variables: the samples'
/// values stay where they are, and the two are joined by the names of the observations.
final class LeafAssignmentAnnData: LeafAssignmentFile {
    private let file: HDF5File
    private let table: LeafAssignmentTable
    private let columns: StoredColumns

    init(_ path: String, _ table: LeafAssignmentTable) throws {
        self.table = table
        file = try HDF5File.create(path)
        let root = try file.root
        columns = StoredColumns(root)
        try root.encode(as: "anndata", "0.1.0")
        let count = table.dataset.count

        let obs = try root.createGroup("obs")
        try obs.encode(as: "dataframe", "0.2.0")
        try obs.setAttribute("_index", to: "_index")
        try columns.createTexts("obs/_index", count: count, width: table.sampleWidth)
            .encode(as: "string-array", "0.2.0")
        var order = ["treevae_leaf", "treevae_path"]
        let leafNames = table.leaves.map(String.init)
        try columns.createCategories("obs/treevae_leaf", leafNames, count: count)
        try columns.createCategories("obs/treevae_path", table.paths, count: count)
        if table.clusters != nil {
            order.append("treevae_cluster")
            try columns.createCategories("obs/treevae_cluster", table.clusterNames, count: count)
        }
        if table.dataset.labels != nil {
            order.append("label")
            try columns.createCategories("obs/label", table.classNames, count: count)
        }
        if table.contents.elbo {
            order.append("treevae_elbo")
            try columns.createArray("obs/treevae_elbo", shape: [count])
        }
        try obs.setAttribute("column-order", to: order)

        try root.createGroup("obsm").encode(as: "dict", "0.1.0")
        try columns.createArray("obsm/treevae_probability", shape: [count, table.tree.nodes.count])
        for (index, latent) in table.latents.enumerated() {
            try columns.createArray("obsm/" + table.embeddingName(index), shape: [count, latent.size])
        }

        let variables = try root.createGroup("var")
        try variables.encode(as: "dataframe", "0.2.0")
        try variables.setAttribute("_index", to: "_index")
        try variables.setAttribute("column-order", to: [String]())
        try variables.createTextDataset("_index", count: 0, width: 1).encode(as: "string-array", "0.2.0")

        let uns = try root.createGroup("uns")
        try uns.encode(as: "dict", "0.1.0")
        let tree = try uns.createGroup("treevae")
        try tree.encode(as: "dict", "0.1.0")
        try tree.write(table.tree)
        for name in ["parent", "left", "right", "depth"] {
            try tree.dataset(name).encode(as: "array", "0.2.0")
        }
        try tree.write(table.leaves.map { Int32($0) }, to: "leaves").encode(as: "array", "0.2.0")
        try tree.write(texts: [TreeExport(table.tree).newick], to: "newick")
        try tree.dataset("newick").encode(as: "string-array", "0.2.0")
    }

    func append(_ rows: AssignedRows) throws {
        let leaves = rows.leafIndices
        let codes = leaves.map { Int32($0) }
        try columns.write(texts: rows.rows.map(table.sample), to: "obs/_index", rows: rows.rows)
        try columns.write(codes, to: "obs/treevae_leaf/codes", rows: rows.rows)
        try columns.write(codes, to: "obs/treevae_path/codes", rows: rows.rows)
        if let clusters = table.clusters {
            let names = table.clusterNames
            let code = clusters.map { cluster in Int32(names.firstIndex(of: String(cluster)) ?? -1) }
            try columns.write(leaves.map { code[$0] }, to: "obs/treevae_cluster/codes", rows: rows.rows)
        }
        if let labels = table.dataset.labels {
            try columns.write(Array(labels[rows.rows]), to: "obs/label/codes", rows: rows.rows)
        }
        if table.contents.elbo { try columns.write(rows.elbos, to: "obs/treevae_elbo", rows: rows.rows) }
        try columns.write(rows.probabilities, to: "obsm/treevae_probability", rows: rows.rows)
        for index in table.latents.indices {
            try columns.write(rows.latents(index), to: "obsm/" + table.embeddingName(index), rows: rows.rows)
        }
    }

    func close() throws { try file.close() }
}

extension LeafAssignmentTable {
    /// Flat clusters in the order of their first leaves; empty without a cut.
    fileprivate var clusterNames: [String] {
        var seen: Set<Int> = []
        return (clusters ?? []).filter { seen.insert($0).inserted }.map(String.init)
    }

    /// `X_treevae` for the latents of the root, which all samples pass; `X_treevae_node_003` for others.
    fileprivate func embeddingName(_ index: Int) -> String {
        let node = latents[index].node
        return node == 0 ? "X_treevae" : "X_treevae_" + nodeName(node)
    }
}

extension HDF5Object {
    /// Says how AnnData is to read this object.
    fileprivate func encode(as type: String, _ version: String) throws {
        try setAttribute("encoding-type", to: type)
        try setAttribute("encoding-version", to: version)
    }
}

extension StoredColumns {
    /// A column of categories, each row one of `names` by its index.
    fileprivate func createCategories(_ name: String, _ names: [String], count: Int) throws {
        try create(name + "/codes", of: Int32.self, shape: [count], deflate: 4).encode(as: "array", "0.2.0")
        let column = try group.group(name)
        try column.encode(as: "categorical", "0.2.0")
        try column.setAttribute("ordered", to: UInt8(0))
        try column.write(texts: names, to: "categories")
        try column.dataset("categories").encode(as: "string-array", "0.2.0")
    }

    /// An array of 32-bit floats, one row a sample.
    fileprivate func createArray(_ name: String, shape: [Int]) throws {
        try create(name, of: Float.self, shape: shape).encode(as: "array", "0.2.0")
    }
}
