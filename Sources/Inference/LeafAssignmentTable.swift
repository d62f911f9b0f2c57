import Checkpoints
import Datasets
import Topology
import TreeModel

/// Everything about a file of assignments but its rows: what its columns are, and the texts in them.
package struct LeafAssignmentTable {
    let tree: Tree
    let dataset: Dataset
    let contents: LeafAssignmentContents
    /// Identifiers of the leaves, breadth first; rows name a leaf by its index here.
    let leaves: [Int]
    /// `0/2/6/11`: the nodes from the root to each leaf.
    let paths: [String]
    /// The node that stands for each leaf's flat cluster; nil without a cut.
    let clusters: [Int]?
    /// The nodes whose latents are told, and their sizes.
    let latents: [(node: Int, size: Int)]
    /// Name of each class; empty without labels.
    let classNames: [String]

    init<R: Scalar>(
        _ model: TreeVAE<R>, of dataset: Dataset, contents: LeafAssignmentContents,
        format: LeafAssignmentFormat
    ) {
        let tree = model.tree
        self.tree = tree
        self.dataset = dataset
        self.contents = contents
        leaves = tree.leaves
        paths = leaves.map { tree.path(to: $0).map(String.init).joined(separator: "/") }
        clusters = contents.clusters.map(tree.cut)
        let nodes =
            contents.embedding ? tree.nodes.map(\.id) : format == .h5ad || format == .annotation ? [0] : []
        latents = nodes.map { ($0, model.architecture.latentSize(depth: tree.nodes[$0].depth)) }
        let names = dataset.namesOfClasses
        // Names that two classes share would make one class of them.
        classNames = Set(names).count == names.count ? names : names.indices.map(String.init)
    }

    /// Name of a sample.
    func sample(_ row: Int) -> String { dataset.id(of: row) }

    /// The class of a sample; nil without labels.
    func label(_ row: Int) -> String? { dataset.labels.map { classNames[Int($0[row])] } }

    /// Numbers in a row, in this order: the index of the leaf, the probability of every node, latents, the ELBO.
    var width: Int { 1 + tree.nodes.count + latents.reduce(0) { $0 + $1.size } + (contents.elbo ? 1 : 0) }

    /// Where the latents of the node at `index` of ``latents`` begin in a row.
    func latentOffset(_ index: Int) -> Int {
        latents[..<index].reduce(1 + tree.nodes.count) { $0 + $1.size }
    }
}

/// What is known about consecutive samples: the numbers of ``LeafAssignmentTable/width``, row by row.
struct AssignedRows {
    /// The samples.
    let rows: Range<Int>
    /// `[rows, width]`.
    let values: [Float]
    let table: LeafAssignmentTable

    /// Index of each sample's leaf.
    var leafIndices: [Int] { column(0, size: 1).map { Int($0) } }
    /// Probabilities of every node, `[rows, nodes]`.
    var probabilities: [Float] { column(1, size: table.tree.nodes.count) }
    /// Latents of the node at `index` of the table's, `[rows, size]`.
    func latents(_ index: Int) -> [Float] {
        column(table.latentOffset(index), size: table.latents[index].size)
    }
    /// The ELBO of each sample; empty if it was not asked for.
    var elbos: [Float] { table.contents.elbo ? column(table.width - 1, size: 1) : [] }

    private func column(_ offset: Int, size: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rows.count * size)
        for row in 0..<rows.count {
            let start = row * table.width + offset
            result += values[start..<start + size]
        }
        return result
    }
}
