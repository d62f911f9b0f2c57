import Files
import Spelling
import Store

/// An AnnData file (h5ad): a matrix of observations and variables, with tables of both.
/// <https://anndata.readthedocs.io/en/stable/fileformat-prose.html>
package struct AnnotatedMatrix {
    private let file: HDF5File
    private var path: String { file.path }

    /// - Throws: `StoreError` where the file cannot be opened.
    package init(_ path: String) throws {
        file = try HDF5File.open(path)
    }

    /// A matrix and the table of its variables.
    struct Rows {
        let reader: any RowReader
        let features: Int
        let isCounts: Bool
        /// `var`, or that of the raw matrix.
        let variables: String
    }

    /// The matrix, one of its layers, or the raw matrix.
    /// - Parameter layer: `nil` or `X` for the main matrix, `X`; `raw` for `raw/X`, if no layer is called so.
    /// - Throws: ``DatasetError`` with the nearest layer where one does not exist, or where the matrix is stored
    ///   in a way that has no rows to read.
    func rows(layer: String?) throws -> Rows {
        let root = try file.root
        let layers =
            try kind(of: "layers", in: root) == .group ? root.group("layers").children().map(\.name) : []
        let hasRaw = try kind(of: "raw/X", in: root) != nil
        let known = layers + (hasRaw && !layers.contains("raw") ? ["raw"] : [])
        let name: String
        switch layer {
        case let layer? where layers.contains(layer): name = "layers/" + layer
        case "X"?: name = "X"
        case "raw"? where hasRaw, "raw/X"? where hasRaw: name = "raw/X"
        case let layer?:
            throw DatasetError(
                path, "there is no layer '\(layer)'",
                advice: known.nearest(to: layer).map { "the nearest is '\($0)'" } ?? "it has no layers")
        case nil: name = "X"
        }
        let variables = name == "raw/X" ? "raw/var" : "var"
        switch try kind(of: name, in: root) {
        case .dataset?:
            let dataset = try root.dataset(name)
            let rows = try HDF5Rows(dataset)
            guard rows.layout.shape.count == 1 else {
                throw DatasetError("/\(name) in \(path)", "it is no matrix")
            }
            return Rows(
                reader: rows, features: rows.layout.features, isCounts: try Self.holdsCounts(dataset),
                variables: variables)
        case .group?:
            let group = try root.group(name)
            // Before version 0.7 the attribute had another name.
            let encoding = try text("encoding-type", of: group) ?? text("h5sparse_format", of: group)
            switch encoding {
            case "csr_matrix"?, "csr"?:
                let rows = try CompressedRows(group)
                return Rows(
                    reader: rows, features: rows.features, isCounts: try Self.holdsCounts(rows.values),
                    variables: variables)
            case "csc_matrix"?, "csc"?:
                let matrix = try SparseMatrix(columnsOf: group)
                return Rows(
                    reader: matrix, features: matrix.features, isCounts: matrix.holdsCounts,
                    variables: variables)
            default:
                throw DatasetError(
                    "/\(name) in \(path)", "it is stored as '\(encoding ?? "?")'",
                    advice: "store it dense or by rows: adata.X = adata.X.tocsr()")
            }
        default:
            let isAnnotated = try kind(of: "obs", in: root) != nil
            throw DatasetError(
                path, isAnnotated ? "it has no X" : "there is no matrix /\(name)",
                advice: !isAnnotated
                    ? "this is no h5ad file"
                    : known.isEmpty
                        ? "and no layers either"
                        : "name a layer with --layer: \(known.joined(separator: ", "))")
        }
    }

    /// The layer `counts`, if there is one and it holds counts.
    func countsLayer() throws -> Rows? {
        guard try kind(of: "layers/counts", in: file.root) != nil else { return nil }
        let rows = try rows(layer: "counts")
        return rows.isCounts ? rows : nil
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
    package func names(of table: String) throws -> [String] {
        let group = try self.table(table)
        let index = try text("_index", of: group) ?? "_index"
        let place = "\(table)_names of \(path)"
        return try texts(index, in: group, place: place).enumerated().map { row, name in
            guard let name else { throw DatasetError(place, "the name at \(row) is missing") }
            return name
        }
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
        return try texts(name, in: group, place: place).enumerated().map { row, text in
            guard let text, !text.isEmpty else {
                throw DatasetError(
                    place, "observation \(row) has none", advice: "leave such observations out")
            }
            return text
        }
    }

    /// Texts or whole numbers in any of the forms that a column of a table has had; nil where one is missing.
    private func texts(_ name: String, in group: HDF5Group, place: String) throws -> [String?] {
        switch try kind(of: name, in: group) {
        case .dataset?:
            let dataset = try group.dataset(name)
            let texts = try HDF5Column.texts(dataset)
            // Before version 0.8 the categories of a column stood beside it, and the column had their numbers.
            guard try kind(of: "__categories/" + name, in: group) == .dataset else { return texts }
            return try decoded(
                dataset.read(), HDF5Column.texts(group.dataset("__categories/" + name)),
                place: place)
        case .group?:
            let column = try group.group(name)
            let encoding = try text("encoding-type", of: column)
            switch encoding {
            case "categorical"?:
                let categories = try texts("categories", in: column, place: place).map { $0 ?? "" }
                return try decoded(column.dataset("codes").read(), categories, place: place)
            case "nullable-string-array"?, "nullable-integer"?, "nullable-boolean"?:
                let values = try HDF5Column.texts(column.dataset("values"))
                let mask = try column.dataset("mask").read(as: Int.self)
                guard mask.count == values.count else {
                    throw DatasetError(
                        place, "it has \(values.count) values and a mask of \(mask.count)",
                        advice: "the file is damaged")
                }
                return zip(values, mask).map { $1 == 0 ? $0 : nil }
            default:
                throw DatasetError(
                    place, "it is stored as '\(encoding ?? "?")'",
                    advice: "make it categorical, whole numbers or texts")
            }
        default:
            throw DatasetError(place, "they are missing", advice: "this is no h5ad file, or it is damaged")
        }
    }

    /// Categories by their numbers; nil for -1.
    private func decoded(_ codes: [Int], _ categories: [String], place: String) throws(DatasetError)
        -> [String?]
    {
        try codes.enumerated().map { (row, code) throws(DatasetError) in
            if code == -1 { return nil }
            guard categories.indices.contains(code) else {
                throw DatasetError(
                    place, "observation \(row) has code \(code) of \(categories.count)",
                    advice: "the file is damaged")
            }
            return categories[code]
        }
    }

    private func table(_ name: String) throws -> HDF5Group {
        switch try kind(of: name, in: file.root) {
        case .group?: return try file.root.group(name)
        case .dataset?:
            throw DatasetError(
                "/\(name) in \(path)", "it is stored as old versions of anndata did",
                advice: "read it with anndata and write it again")
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
