import Checkpoints
import Drawing
import Store
import TreeModel

/// What the tree says of the observations of an AnnData file: columns of `obs`, arrays of `obsm`, and in `uns` the tree,
/// colours, and a dendrogram that scanpy draws. All of their names begin with `treevae_`, `X_treevae` or
/// `dendrogram_treevae_`; what an earlier model has left of them goes.
///
/// The layout is that of the on-disk format of anndata 0.8 and later
/// (https://anndata.readthedocs.io/en/latest/fileformat-prose.html).
final class TreeAnnotation {
    private let table: LeafAssignmentTable
    private let root: HDF5Group
    private let obs: HDF5Group
    private let columns: StoredColumns
    /// The leaf of every observation, by its index in the table.
    private var leaves: [Int] = []

    /// Makes place in an open file, whose `obs` is there.
    /// - Parameter count: its observations.
    init(_ root: HDF5Group, _ table: LeafAssignmentTable, count: Int) throws {
        self.root = root
        self.table = table
        obs = try root.group("obs")
        columns = StoredColumns(root)
        for name in ["obsm", "uns"] where try !root.exists(name) {
            try root.createGroup(name).encode(as: "dict", "0.1.0")
        }
        for group in try [obs, root.group("obsm"), root.group("uns")] {
            for child in try group.children() where child.name.isTreeColumn { try group.remove(child.name) }
        }
        leaves.reserveCapacity(count)
        if table.contents.elbo { try createArray("obs/treevae_elbo", shape: [count]) }
        try createArray("obsm/treevae_probability", shape: [count, table.tree.nodes.count])
        for (index, latent) in table.latents.enumerated() {
            try createArray("obsm/" + table.embeddingName(index), shape: [count, latent.size])
        }
    }

    /// Takes the next rows.
    func append(_ rows: AssignedRows) throws {
        leaves += rows.leafIndices
        if table.contents.elbo { try columns.write(rows.elbos, to: "obs/treevae_elbo", rows: rows.rows) }
        try columns.write(rows.probabilities, to: "obsm/treevae_probability", rows: rows.rows)
        for index in table.latents.indices {
            try columns.write(rows.latents(index), to: "obsm/" + table.embeddingName(index), rows: rows.rows)
        }
    }

    /// Writes the rest, once all rows are known.
    /// - Returns: the columns of `obs`.
    func finish() throws -> [String] {
        var order = ["treevae_leaf", "treevae_path"]
        // Categories without observations have no place in plots.
        let used = Set(leaves).sorted()
        let codes = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, Int32($0)) })
        let leafCodes = leaves.map { codes[$0]! }
        let names = used.map { String(table.leaves[$0]) }
        try obs.writeCategories(leafCodes, of: names, to: "treevae_leaf")
        try obs.writeCategories(leafCodes, of: used.map { table.paths[$0] }, to: "treevae_path")
        if let clusters = table.clusters {
            order.append("treevae_cluster")
            var seen: Set<Int> = []
            let clusterNames = used.map { clusters[$0] }.filter { seen.insert($0).inserted }
            try obs.writeCategories(
                leaves.map { Int32(clusterNames.firstIndex(of: clusters[$0])!) },
                of: clusterNames.map(String.init), to: "treevae_cluster")
        }
        if table.contents.elbo { order.append("treevae_elbo") }
        let uns = try root.group("uns")
        try uns.writeTexts(used.indices.map(Palette.light), to: "treevae_leaf_colors")
        if let dendrogram = LeafDendrogram(table.tree, leaves: used.map { table.leaves[$0] }) {
            try dendrogram.write(to: uns.createGroup("dendrogram_treevae_leaf"), of: "treevae_leaf")
        }
        let tree = try uns.createGroup("treevae")
        try tree.encode(as: "dict", "0.1.0")
        try tree.write(table.tree)
        for name in ["parent", "left", "right", "depth"] {
            try tree.dataset(name).encode(as: "array", "0.2.0")
        }
        try tree.write(table.leaves.map { Int32($0) }, to: "leaves").encode(as: "array", "0.2.0")
        let support = table.contents.support
        if !support.isEmpty {
            try tree.write(table.tree.nodes.map { support[$0.id] ?? .nan }, to: "support")
                .encode(as: "array", "0.2.0")
        }
        try tree.writeText(TreeExport(table.tree, support: support).newick, to: "newick")
        return order
    }

    private func createArray(_ name: String, shape: [Int]) throws {
        try columns.create(name, of: Float.self, shape: shape).encode(as: "array", "0.2.0")
    }
}

extension String {
    /// Whether something in an AnnData file is ours by its name.
    var isTreeColumn: Bool {
        ["treevae_", "X_treevae", "dendrogram_treevae_"].contains(where: hasPrefix) || self == "treevae"
    }
}

extension LeafAssignmentTable {
    /// `X_treevae` for the latents of the root, which all samples pass; `X_treevae_node_003` for others.
    fileprivate func embeddingName(_ index: Int) -> String {
        let node = latents[index].node
        return node == 0 ? "X_treevae" : "X_treevae_" + nodeName(node)
    }
}
