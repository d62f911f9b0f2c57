import Spelling
import Store

/// An AnnData file (h5ad): a matrix of observations and variables, with tables of both.
/// <https://anndata.readthedocs.io/en/stable/fileformat-prose.html>
struct AnnotatedMatrix {
    private let file: HDF5File
    private var path: String { file.path }

    /// - Throws: `StoreError` where the file cannot be opened.
    init(_ path: String) throws {
        file = try HDF5File.open(path)
    }

    /// The matrix, or one of its layers.
    /// - Parameter layer: `nil` for the main matrix, `X`.
    /// - Throws: ``DatasetError`` with the nearest layer where one does not exist, or where the matrix is stored
    ///   in a way that has no rows to read.
    func rows(layer: String?) throws -> (reader: any RowReader, features: Int, isCounts: Bool) {
        let root = try file.root
        let name: String
        if let layer {
            let known = try root.exists("layers") ? root.group("layers").children().map(\.name) : []
            guard known.contains(layer) else {
                throw DatasetError(
                    path, "there is no layer '\(layer)'",
                    advice: known.nearest(to: layer).map { "the nearest is '\($0)'" } ?? "it has no layers")
            }
            name = "layers/" + layer
        } else {
            name = "X"
        }
        switch try kind(of: name, in: root) {
        case .dataset?:
            let rows = try HDF5Rows(root.dataset(name))
            guard rows.layout.shape.count == 1 else {
                throw DatasetError("/\(name) in \(path)", "it is no matrix")
            }
            return (rows, rows.layout.features, try Self.holdsCounts(root.dataset(name)))
        case .group?:
            let group = try root.group(name)
            let encoding = try text("encoding-type", of: group)
            guard encoding == "csr_matrix" else {
                throw DatasetError(
                    "/\(name) in \(path)", "it is stored as '\(encoding ?? "?")'",
                    advice: "store it dense or by rows: adata.X = adata.X.tocsr()")
            }
            let rows = try CompressedRows(group)
            return (rows, rows.features, try Self.holdsCounts(rows.values))
        default: throw DatasetError(path, "there is no matrix /\(name)", advice: "this is no h5ad file")
        }
    }

    /// Whether all values are whole numbers from 0: read through once.
    private static func holdsCounts(_ dataset: HDF5Dataset) throws -> Bool {
        if dataset.storedType.family == .unsignedInteger { return true }
        let step = max(1, (1 << 20) / max(1, dataset.rowCount))
        for start in stride(from: 0, to: dataset.rows, by: step) {
            let values = try dataset.readRounded(rows: start..<min(start + step, dataset.rows))
            if !values.allSatisfy({ $0 >= 0 && $0.isFinite && $0.rounded() == $0 }) { return false }
        }
        return true
    }

    /// The names of observations (`obs`) or variables (`var`).
    /// - Throws: ``DatasetError`` where they are not all there, or not all different.
    func names(of table: String) throws -> [String] {
        let group = try self.table(table)
        let index = try text("_index", of: group) ?? "_index"
        let place = "\(table)_names of \(path)"
        guard try group.exists(index), try kind(of: index, in: group) == .dataset else {
            throw DatasetError(place, "they are missing", advice: "this is no h5ad file, or it is damaged")
        }
        return try HDF5Column.texts(group.dataset(index))
    }

    /// A column of the table of observations, as texts.
    /// - Throws: ``DatasetError`` with the nearest one where it does not exist, or where values are missing.
    func column(_ name: String) throws -> [String] {
        let group = try table("obs")
        let place = "obs column '\(name)' of \(path)"
        let index = try text("_index", of: group) ?? "_index"
        let known = try group.children().map(\.name).filter { $0 != index && $0 != "__categories" }
        guard known.contains(name) else {
            throw DatasetError(
                path, "there is no obs column '\(name)'",
                advice: known.nearest(to: name).map { "the nearest is '\($0)'" } ?? "obs has no columns")
        }
        if try kind(of: name, in: group) == .dataset {
            let dataset = try group.dataset(name)
            // Before version 0.8 the categories of a column stood elsewhere.
            guard try !dataset.hasAttribute("categories") else {
                throw DatasetError(place, "it is stored as old versions of anndata did", advice: Self.rewrite)
            }
            let texts = try HDF5Column.texts(dataset)
            if let row = texts.firstIndex(of: "") { throw DatasetError(place, "observation \(row) has none") }
            return texts
        }
        let column = try group.group(name)
        guard try text("encoding-type", of: column) == "categorical" else {
            throw DatasetError(
                place, "it is stored as '\(try text("encoding-type", of: column) ?? "?")'",
                advice: "make it categorical, whole numbers or texts without missing values")
        }
        let categories = try HDF5Column.texts(column.dataset("categories"))
        return try HDF5Column.numbers(column.dataset("codes")).enumerated().map { row, code in
            guard categories.indices.contains(code) else {
                throw DatasetError(
                    place,
                    code == -1
                        ? "observation \(row) has none"
                        : "observation \(row) has code \(code) of \(categories.count)",
                    advice: code == -1 ? "leave such observations out" : "the file is damaged")
            }
            return categories[code]
        }
    }

    private static let rewrite = "read it with anndata and write it again"

    private func table(_ name: String) throws -> HDF5Group {
        switch try kind(of: name, in: file.root) {
        case .group?: return try file.root.group(name)
        case .dataset?:
            throw DatasetError(
                "/\(name) in \(path)", "it is stored as old versions of anndata did", advice: Self.rewrite)
        default: throw DatasetError(path, "there is no table /\(name)", advice: "this is no h5ad file")
        }
    }

    private func kind(of name: String, in group: HDF5Group) throws -> HDF5Group.Child.Kind? {
        let above = Directory.parent(of: name)
        if above != ".", try !group.exists(above) { return nil }
        let parent = above == "." ? group : try group.group(above)
        let last = Directory.lastComponent(of: name)
        return try parent.children().first { $0.name == last }?.kind
    }

    private func text(_ attribute: String, of object: HDF5Object) throws -> String? {
        try object.hasAttribute(attribute) ? object.text(attribute) : nil
    }
}
