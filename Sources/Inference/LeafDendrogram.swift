import Store
import Topology

/// The tree over some of its leaves as `scanpy.tl.dendrogram` leaves it in `uns`, so that `scanpy.pl.dotplot` and its
/// kin draw it: SciPy's linkage matrix, and the lines of `scipy.cluster.hierarchy.dendrogram`.
///
/// <https://scanpy.readthedocs.io/en/stable/generated/scanpy.tl.dendrogram.html>
struct LeafDendrogram {
    /// Where two branches come together.
    private struct Merge {
        let height: Double
        /// Where the two branches stand, and how high each of them begins.
        let places: (Double, Double), heights: (Double, Double)
        /// The leaf that stands for each: the first of it.
        let first: (Int, Int)
    }

    /// Identifiers of the leaves, as the categories have them.
    private let leaves: [Int]
    /// Their indices there, from left to right.
    private let order: [Int]
    private let merges: [Merge]

    /// A tree as seen from some of its leaves; nil where these are fewer than two.
    init?(_ tree: Tree, leaves: [Int]) {
        guard leaves.count > 1 else { return nil }
        self.leaves = leaves
        let index = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { ($1, $0) })
        let heights = tree.mergeHeights
        var order: [Int] = []
        var merges: [Merge] = []
        func visit(_ node: Int) -> (place: Double, height: Double, first: Int)? {
            let branches = tree.nodes[node].children.compactMap(visit)
            guard branches.count == 2 else {
                guard branches.isEmpty, let leaf = index[node] else { return branches.first }
                order.append(leaf)
                return (10 * Double(order.count) - 5, 0, leaf)
            }
            let (left, right) = (branches[0], branches[1])
            let height = Double(heights[node])
            merges.append(
                Merge(
                    height: height, places: (left.place, right.place), heights: (left.height, right.height),
                    first: (left.first, right.first)))
            return ((left.place + right.place) / 2, height, left.first)
        }
        _ = visit(0)
        self.order = order
        // As SciPy has them.
        self.merges = merges.sorted { $0.height < $1.height }
    }

    /// SciPy's linkage matrix, `[merges, 4]`.
    private var linkage: [Double] {
        // The cluster that a leaf, as the first of its branch, is in.
        var clusters = leaves.indices.map { (number: $0, size: 1) }
        return merges.enumerated().flatMap { row, merge in
            let (left, right) = (clusters[merge.first.0], clusters[merge.first.1])
            let size = left.size + right.size
            clusters[merge.first.0] = (leaves.count + row, size)
            return [
                Double(min(left.number, right.number)), Double(max(left.number, right.number)), merge.height,
                Double(size),
            ]
        }
    }

    /// Writes what scanpy looks for.
    /// - Parameter column: the column of `obs` with the leaves as categories.
    func write(to group: HDF5Group, of column: String) throws {
        let names = order.map { String(leaves[$0]) }
        try group.encode(as: "dict", "0.1.0")
        try group.writeTexts([column], to: "groupby")
        try group.writeArray(linkage, to: "linkage", shape: [merges.count, 4])
        try group.writeTexts(names, to: "categories_ordered")
        try group.writeArray(order.map { Int64($0) }, to: "categories_idx_ordered")
        let lines = try group.createGroup("dendrogram_info")
        try lines.encode(as: "dict", "0.1.0")
        try lines.writeArray(
            merges.flatMap { [$0.places.0, $0.places.0, $0.places.1, $0.places.1] }, to: "icoord",
            shape: [merges.count, 4])
        try lines.writeArray(
            merges.flatMap { [$0.heights.0, $0.height, $0.height, $0.heights.1] }, to: "dcoord",
            shape: [merges.count, 4])
        try lines.writeTexts(names, to: "ivl")
        try lines.writeArray(order.map { Int64($0) }, to: "leaves")
        try lines.writeTexts(merges.map { _ in "C0" }, to: "color_list")
    }
}
