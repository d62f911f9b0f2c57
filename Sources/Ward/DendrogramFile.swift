import ClusterMetrics
import Datasets
import Files
import Store

/// A dendrogram as other programs read it (docs/result-formats.md).
public struct DendrogramFile: Sendable {
    /// The kinds of files, told apart by their extension.
    public enum Format: String, Sendable, CaseIterable {
        /// SciPy's linkage matrix, for `numpy.load`.
        case npy
        /// The linkage matrix with the samples, their labels and their flat clusters.
        case h5
        /// The whole tree in the Newick format.
        case nwk
        /// The flat clusters, a line a sample.
        case csv

        /// The format of a file by its name; nil for another extension.
        public init?(path: String) {
            guard let format = Self.allCases.first(where: { path.hasSuffix("." + $0.rawValue) }) else {
                return nil
            }
            self = format
        }
    }

    private let dendrogram: Dendrogram
    private let dataset: Dataset
    private let cuts: [Int]

    /// - Parameters:
    ///   - dataset: whose samples are the points.
    ///   - cuts: numbers of flat clusters.
    public init(_ dendrogram: Dendrogram, of dataset: Dataset, cuts: [Int]) {
        self.dendrogram = dendrogram
        self.dataset = dataset
        self.cuts = cuts
    }

    /// Writes a file, whole or not at all.
    ///
    /// - Throws: `StoreError` where it cannot be written.
    public func write(to path: String, as format: Format) throws {
        switch format {
        case .npy: try NumpyNumbers.write(linkage, shape: [dendrogram.merges.count, 4], to: path)
        case .h5: try writeHDF5(path)
        case .nwk: try AtomicFile.write(dendrogram.newick(name: dataset.id(of:)) + "\n", to: path)
        case .csv: try AtomicFile.write(table, to: path)
        }
    }

    /// `[merges, 4]`: the two clusters, the height, the points of the new cluster.
    private var linkage: [Double] {
        dendrogram.merges.flatMap { [Double($0.first), Double($0.second), $0.height, Double($0.size)] }
    }

    private func writeHDF5(_ path: String) throws {
        let file = try HDF5File.create(path)
        let root = try file.root
        try root.setAttribute("format", to: "treevae-dist dendrogram")
        try root.setAttribute("format_version", to: 1)
        try root.setAttribute("dataset", to: dataset.name)
        if !dataset.classNames.isEmpty { try root.setAttribute("class_names", to: dataset.classNames) }
        try root.write(linkage, to: "linkage", shape: [dendrogram.merges.count, 4])
        try root.write(texts: (0..<dataset.count).map(dataset.id(of:)), to: "sample")
        if let labels = dataset.labels { try root.write(labels, to: "label") }
        for clusters in cuts { try root.write(dendrogram.cut(into: clusters), to: "cluster_\(clusters)") }
        try file.close()
    }

    private var table: String {
        let columns = cuts.map(dendrogram.cut(into:))
        let names = dataset.namesOfClasses
        var text = "sample" + cuts.map { ",cluster_\($0)" }.joined()
        text += (dataset.labels == nil ? "" : ",label") + "\n"
        for row in 0..<dataset.count {
            text += csvField(dataset.id(of: row)) + columns.map { ",\($0[row])" }.joined()
            if let label = dataset.labels?[row] { text += "," + csvField(names[Int(label)]) }
            text += "\n"
        }
        return text
    }
}
