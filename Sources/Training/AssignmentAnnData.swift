import Store
import TreeModel

/// Assignments as an AnnData file: `obs['treevae_leaf']`, `obsm['X_treevae']`, the tree in `uns['treevae']`.
///
/// The layout is that of the on-disk format of anndata 0.8 and later
/// (https://anndata.readthedocs.io/en/latest/fileformat-prose.html). There are no variables: the samples'
/// values stay where they are, and the two are joined by the names of the observations.
final class AssignmentAnnData: AssignmentFile {
    private let file: HDF5File
    private let table: AssignmentTable
    private let obs: HDF5Group
    private let obsm: HDF5Group

    init(_ path: String, _ table: AssignmentTable) throws {
        self.table = table
        file = try HDF5File.create(path)
        let root = try file.root
        try root.encode(as: "anndata", "0.1.0")
        let count = table.dataset.count

        obs = try root.createGroup("obs")
        try obs.encode(as: "dataframe", "0.2.0")
        try obs.setAttribute("_index", to: "_index")
        try obs.createTextDataset("_index", count: count, width: table.sampleWidth, deflate: 4)
            .encode(as: "string-array", "0.2.0")
        var columns = ["treevae_leaf", "treevae_path"]
        let leafNames = table.leaves.map(String.init)
        try obs.createCategories("treevae_leaf", leafNames, count: count)
        try obs.createCategories("treevae_path", table.paths, count: count)
        if table.clusters != nil {
            columns.append("treevae_cluster")
            try obs.createCategories("treevae_cluster", table.clusterNames, count: count)
        }
        if table.dataset.labels != nil {
            columns.append("label")
            try obs.createCategories("label", table.classNames, count: count)
        }
        if table.contents.elbo {
            columns.append("treevae_elbo")
            try obs.createArray("treevae_elbo", shape: [count])
        }
        try obs.setAttribute("column-order", to: columns)

        obsm = try root.createGroup("obsm")
        try obsm.encode(as: "dict", "0.1.0")
        try obsm.createArray("treevae_probability", shape: [count, table.tree.nodes.count])
        for (index, latent) in table.latents.enumerated() {
            try obsm.createArray(table.embeddingName(index), shape: [count, latent.size])
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
        try obs.dataset("_index").write(texts: rows.rows.map(table.sample), rows: rows.rows)
        try obs.append(codes, to: "treevae_leaf/codes", rows.rows)
        try obs.append(codes, to: "treevae_path/codes", rows.rows)
        if let clusters = table.clusters {
            let names = table.clusterNames
            let code = clusters.map { cluster in Int32(names.firstIndex(of: String(cluster)) ?? -1) }
            try obs.append(leaves.map { code[$0] }, to: "treevae_cluster/codes", rows.rows)
        }
        if let labels = table.dataset.labels {
            try obs.append(Array(labels[rows.rows]), to: "label/codes", rows.rows)
        }
        if table.contents.elbo { try obs.append(rows.elbos, to: "treevae_elbo", rows.rows) }
        try obsm.append(rows.probabilities, to: "treevae_probability", rows.rows)
        for index in table.latents.indices {
            try obsm.append(rows.latents(index), to: table.embeddingName(index), rows.rows)
        }
    }

    func close() throws { try file.close() }
}

extension AssignmentTable {
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

extension HDF5Group {
    /// A column of categories, each row one of `names` by its index.
    fileprivate func createCategories(_ name: String, _ names: [String], count: Int) throws {
        let group = try createGroup(name)
        try group.encode(as: "categorical", "0.2.0")
        try group.setAttribute("ordered", to: UInt8(0))
        try group.write(texts: names, to: "categories")
        try group.dataset("categories").encode(as: "string-array", "0.2.0")
        try group.createDataset("codes", of: Int32.self, shape: [count], deflate: 4).encode(
            as: "array", "0.2.0")
    }

    /// An array of 32-bit floats, one row a sample.
    fileprivate func createArray(_ name: String, shape: [Int]) throws {
        try createDataset(name, of: Float.self, shape: shape).encode(as: "array", "0.2.0")
    }
}
